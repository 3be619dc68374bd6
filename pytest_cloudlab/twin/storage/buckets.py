"""One bucket: what was written to it, laid over the folder that it may have started with."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.project_number import project_number
from pytest_cloudlab.twin.storage.blobs import Blobs
from pytest_cloudlab.twin.storage.fields import Fields, merged
from pytest_cloudlab.twin.storage.objects import LINK, Object
from pytest_cloudlab.twin.storage.seed import Seed

PART = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?!goog|.*google){PART}(?:\.{PART})*")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
LOCATION = re.compile(r"[A-Z]+-[A-Z]+\d+")
MULTI_REGIONS = ("US", "EU", "ASIA")
DUAL_REGIONS = ("NAM4", "EUR4", "EUR5", "EUR7", "EUR8", "ASIA1")


@dataclass
class Bucket:
    name: str
    created: str
    updated: str
    location: str = "EUROPE-WEST1"
    metageneration: int = 1
    seed: str = ""
    """Folder it started with; readable by everybody, as a course's bucket is."""
    about: Fields = field(default_factory=dict)
    objects: dict[str, Object | None] = field(default_factory=dict)
    """By name; None: one of the folder that was deleted here."""

    def __post_init__(self) -> None:
        self._seed = Seed(Path(self.seed)) if self.seed else None

    async def find(self, name: str) -> Object | None:
        if name in self.objects or not self._seed:
            return self.objects.get(name)
        return await asyncio.to_thread(self._seed.find, name)

    async def listed(self, prefix: str = "") -> list[Object]:
        """In the order of their names."""
        seed = self._seed
        seeded = await asyncio.to_thread(lambda: list(seed.objects(prefix))) if seed else []
        found = {one.name: one for one in seeded if one.name not in self.objects}
        found |= {name: one for name, one in self.objects.items() if one and name.startswith(prefix)}
        return [found[name] for name in sorted(found)]

    def path(self, one: Object, blobs: Blobs) -> Path:
        """Where its content lies."""
        if one.blob:
            return blobs.path(one.blob)
        assert self._seed, "an object without a blob lies in the folder"
        return self._seed.path(one.name)

    def put(self, one: Object) -> None:
        self.objects[one.name] = one

    def remove(self, name: str) -> None:
        if self._seed:
            self.objects[name] = None
        else:
            del self.objects[name]

    def blobs(self) -> set[str]:
        return {one.blob for one in self.objects.values() if one and one.blob}

    @property
    def location_type(self) -> str:
        if self.location in MULTI_REGIONS:
            return "multi-region"
        return "dual-region" if self.location in DUAL_REGIONS else "region"

    def resource(self, project: str) -> Fields:
        resource: Fields = {
            "kind": "storage#bucket",
            "id": self.name,
            "name": self.name,
            "selfLink": f"{LINK}/{self.name}",
            "projectNumber": project_number(project),
            "metageneration": str(self.metageneration),
            "location": self.location,
            "locationType": self.location_type,
            "storageClass": "STANDARD",
            "etag": base64.b64encode(str(self.metageneration).encode()).decode(),
            "timeCreated": self.created,
            "updated": self.updated,
            # Objects have no lists of their own that say who may read them.
            "iamConfiguration": {
                "bucketPolicyOnly": {"enabled": True},
                "uniformBucketLevelAccess": {"enabled": True},
                "publicAccessPrevention": "inherited",
            },
        }
        return merged(resource, self.about)


def require_name(name: str) -> str:
    """Raises `ApiError` 400."""
    # Names with dots may be longer, but no part of them.
    long = len(name) > (222 if "." in name else 63)
    if len(name) < 3 or long or ADDRESS.fullmatch(name) or not NAME.fullmatch(name):
        raise ApiError(400, f"Invalid bucket name: '{name}'")
    return name


def require_location(location: str) -> str:
    """Raises `ApiError` 400."""
    location = location.upper()
    if location not in MULTI_REGIONS + DUAL_REGIONS and not LOCATION.fullmatch(location):
        raise ApiError(400, "The specified location constraint is not valid.")
    return location
