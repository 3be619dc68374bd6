"""Asks Cloud Storage over its JSON API: what lies in a bucket, and the content of one object."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline

ADDRESS = "https://storage.googleapis.com"
API = "Cloud Storage API"
DOCUMENT_BYTES = 16 * 1024 * 1024
PAGES = 100


@dataclass(frozen=True)
class Blob:
    name: str
    size_bytes: int
    md5: str
    """Hexadecimal; empty for an object composed of others, of which Cloud Storage keeps none."""


class Bucket:
    """One bucket, e.g. `Bucket("sdd2526", access_token)`; `token=None` asks as nobody.

    Every method ends within `deadline_s`, and raises `NotFound`, `Forbidden`, `Unreachable` or `TooMuch`.
    """

    def __init__(self, name: str, token: TokenSource | None, *, deadline_s: float = 20) -> None:
        self.name = name
        self._token = token
        self._deadline_s = deadline_s
        self._http = Http()
        self._address = f"{ADDRESS}/storage/v1/b/{quote(name, safe='')}/o"

    def list(self, prefix: str = "") -> list[Blob]:
        """All objects whose names start with `prefix`. `NotFound` when there is no such bucket."""
        deadline = Deadline.after(self._deadline_s)
        found, query = list[Blob](), {"prefix": prefix, "maxResults": "1000"}
        for _ in range(PAGES):
            page = self._document(f"{self._address}?{urlencode(query)}", f"bucket {self.name}", deadline)
            items = page.get("items", [])
            if not isinstance(items, list):
                raise CouldNotLook(f"{ADDRESS} listed bucket {self.name} in a form that cannot be read")
            found += [_blob(item) for item in items]
            if not page.get("nextPageToken"):
                return found
            query["pageToken"] = str(page["nextPageToken"])
        raise TooMuch(f"bucket {self.name} lists {prefix!r} on more than {PAGES} pages")

    def read(self, name: str, max_bytes: int = 64 * 1024 * 1024) -> bytes:
        """The content of one object, checked against the MD5 that Cloud Storage keeps of it."""
        deadline = Deadline.after(self._deadline_s)
        what = f"object {name} in bucket {self.name}"
        address = f"{self._address}/{quote(name, safe='')}"
        document = self._document(address, what, deadline)
        blob = _blob(document)
        if blob.size_bytes > max_bytes:
            raise TooMuch(f"{what} has {blob.size_bytes:,} bytes; at most {max_bytes:,} are read")
        query = {"alt": "media"}
        if isinstance(generation := document.get("generation"), str):
            query["generation"] = generation
        answer = self._get(f"{address}?{urlencode(query)}", deadline, max_bytes)
        if not answer.ok:
            raise answer.refusal(what, API)
        if len(answer.body) != blob.size_bytes or blob.md5 not in ("", _md5(answer.body)):
            raise CouldNotLook(f"{what} arrived with other content than Cloud Storage says it has")
        return answer.body

    def delete(self) -> None:
        """Delete the bucket and all that lies in it; what comes into it meanwhile stops that."""
        for blob in self.list():
            self._delete(f"{self._address}/{quote(blob.name, safe='')}", f"object {blob.name}")
        self._delete(self._address.removesuffix("/o"), f"bucket {self.name}")

    def close(self) -> None:
        self._http.close()

    def _delete(self, address: str, what: str) -> None:
        answer = self._http.ask(
            "DELETE",
            address,
            headers=self._authorization(),
            deadline=Deadline.after(self._deadline_s),
            take=lambda reply: reply.whole(DOCUMENT_BYTES),
        )
        if answer.status == 409:
            raise UsageError(f"{what} cannot be deleted: it is not empty", remedy="Try again.")
        if not answer.ok:
            raise answer.refusal(what, API)

    def _document(self, address: str, what: str, deadline: Deadline) -> dict[str, Any]:
        answer = self._get(address, deadline, DOCUMENT_BYTES)
        if not answer.ok:
            raise answer.refusal(what, API)
        document = answer.json()
        if not isinstance(document, dict) or not str(document.get("kind", "")).startswith("storage#"):
            raise answer.unexpected(API)
        return document

    def _get(self, address: str, deadline: Deadline, max_bytes: int) -> Answer:
        return self._http.get(address, headers=self._authorization(), deadline=deadline, max_bytes=max_bytes)

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"} if self._token else {}


def _blob(item: Any) -> Blob:
    try:
        md5 = base64.b64decode(item.get("md5Hash", ""), validate=True).hex()
        return Blob(str(item["name"]), int(item["size"]), md5)
    except (AttributeError, KeyError, TypeError, ValueError, binascii.Error) as error:
        raise CouldNotLook(f"{ADDRESS} described an object in a form that cannot be read") from error


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
