"""Where a repository is: its name in the API, its address for Docker, its part of the registry's files."""

from __future__ import annotations

import re
from dataclasses import dataclass

GCR = {"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}
"""The hosts of Container Registry are repositories of that name in these locations."""

LOCATIONS = (
    *("asia", "asia-east1", "asia-northeast1", "asia-southeast1", "europe", "europe-north1", "europe-west1"),
    *("europe-west2", "europe-west3", "europe-west4", "europe-west6", "europe-west8", "europe-west9"),
    *("europe-southwest1", "us", "us-central1", "us-east1", "us-east4", "us-west1"),
)
"""Those of the real service that the twin has too."""

IMAGE = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")
"""What may stand as the name of an image within its repository."""

_HOST = re.compile(r"([a-z]+(?:-[a-z]+[0-9]+)?)-docker\.pkg\.dev")


@dataclass(frozen=True)
class Place:
    """
    >>> Place("p", "europe", "eu.gcr.io").folder
    'eu.gcr.io/p'
    >>> Place("p", "europe-west1", "web").folder
    'europe-west1-docker.pkg.dev/p/web'
    """

    project: str
    location: str
    repository: str

    @property
    def parent(self) -> str:
        return f"projects/{self.project}/locations/{self.location}"

    @property
    def name(self) -> str:
        """As the API writes it."""
        return f"{self.parent}/repositories/{self.repository}"

    @property
    def address(self) -> str:
        """What stands in front of an image's name; also that of gcr.io's repositories."""
        return f"{self.location}-docker.pkg.dev/{self.project}/{self.repository}"

    @property
    def folder(self) -> str:
        """What stands in front of an image's name in the registry's files, whichever host it came by."""
        return f"{self.repository}/{self.project}" if self.repository in GCR else self.address

    def image(self, name: str) -> str:
        """The name in the registry's files."""
        return f"{self.folder}/{name}"


def find(host: str, name: str) -> tuple[Place, str] | None:
    """The repository, and the image in it, that Docker means; None when no host of ours has such names.

    >>> find("eu.gcr.io", "p/web/app")
    (Place(project='p', location='europe', repository='eu.gcr.io'), 'web/app')
    >>> find("europe-west1-docker.pkg.dev", "p/web/app")
    (Place(project='p', location='europe-west1', repository='web'), 'app')
    >>> find("europe-west1-docker.pkg.dev", "p")
    """
    project, _, rest = name.partition("/")
    if location := GCR.get(host):
        return Place(project, location, host), rest
    match = _HOST.fullmatch(host)
    repository, _, image = rest.partition("/")
    if not match or match[1] not in LOCATIONS or not repository:
        return None
    return Place(project, match[1], repository), image
