"""One object: what is known of it, and the resource that the API makes of that."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.storage.fields import Fields
from pytest_cloudlab.twin.storage.sums import Sums

LINK = "https://www.googleapis.com/storage/v1/b"
DOWNLOAD = "https://storage.googleapis.com/download/storage/v1/b"
NAME_BYTES = 1024


class Object(msgspec.Struct, frozen=True):
    name: str
    generation: int
    """Microseconds of the moment its content was written; grows with each."""
    sums: Sums
    created: str
    updated: str
    metageneration: int = 1
    blob: str = ""
    """Id of its content; empty: the file under its name in the bucket's seeded folder."""
    components: int = 0
    """Of how many others it was composed; 0 when it was uploaded as a whole."""
    about: Fields = msgspec.field(default_factory=dict)
    """Content type, metadata and all else that a client may set."""

    @property
    def etag(self) -> str:
        return base64.b64encode(f"{self.generation}/{self.metageneration}".encode()).decode()

    @property
    def content_type(self) -> str:
        return str(self.about.get("contentType", "application/octet-stream"))

    def resource(self, bucket: str) -> Fields:
        address = f"{LINK}/{bucket}/o/{quote(self.name, safe='')}"
        download = f"{DOWNLOAD}/{bucket}/o/{quote(self.name, safe='')}"
        resource: Fields = {
            "kind": "storage#object",
            "id": f"{bucket}/{self.name}/{self.generation}",
            "selfLink": address,
            "mediaLink": f"{download}?generation={self.generation}&alt=media",
            "name": self.name,
            "bucket": bucket,
            "generation": str(self.generation),
            "metageneration": str(self.metageneration),
            "size": str(self.sums.size_bytes),
            "md5Hash": self.sums.md5,
            "crc32c": self.sums.crc32c,
            "etag": self.etag,
            "timeCreated": self.created,
            "updated": self.updated,
            "timeStorageClassUpdated": self.created,
            "timeFinalized": self.created,
            "contentType": self.content_type,
            "storageClass": "STANDARD",
        }
        if not self.sums.md5:
            del resource["md5Hash"]
        if self.components:
            resource["componentCount"] = self.components
        return resource | self.about


def require_name(name: str) -> str:
    """Raises `ApiError` 400 for what the real API takes for no name either."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        size = 0
    if not name:
        raise ApiError(400, "Required", reason="required")
    reserved = name in (".", "..") or name.startswith(".well-known/acme-challenge/")
    if not 0 < size <= NAME_BYTES or reserved or "\r" in name or "\n" in name:
        raise ApiError(400, "Invalid argument: the name of the object is not allowed.")
    return name


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
