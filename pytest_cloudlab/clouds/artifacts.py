"""Asks Artifact Registry over its REST API: repositories, and the Docker images in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline, NotYet, until

ADDRESS = "https://artifactregistry.googleapis.com/v1"
API = "Artifact Registry API"
DOCUMENT_BYTES = 8 * 1024 * 1024
PAGES = 100

GCR = {"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}
"""The hosts of Container Registry are repositories of that name in these locations."""

_HOST = re.compile(r"([a-z]+(?:-[a-z]+[0-9]+)?)-docker\.pkg\.dev")
_PART = re.compile(r"[a-z](?:[a-z0-9.:-]{0,61}[a-z0-9])?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_OPERATION = re.compile(r"projects/[\w.:-]+/locations/[\w-]+/operations/[\w-]+")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True)
class Repository:
    """e.g. `eu.gcr.io` or `web`, in a location such as `europe-west1`."""

    project: str
    location: str
    name: str
    format: str
    """`DOCKER`, `PYTHON`, …"""
    created: datetime

    @property
    def path(self) -> str:
        return f"projects/{self.project}/locations/{self.location}/repositories/{self.name}"


@dataclass(frozen=True)
class Image:
    name: str
    """Within its repository, e.g. `webapp-gif`; it may hold slashes."""
    digest: str
    tags: tuple[str, ...]
    size_bytes: int
    """Of its layers, compressed."""
    uploaded: datetime


class Artifacts:
    """The repositories of one project, e.g. `Artifacts("sdd2526", access_token)`.

    Every method ends within `deadline_s`, and raises `NotFound`, `Forbidden`, `Unreachable` or `TooMuch`.
    """

    def __init__(self, project: str, token: TokenSource, *, deadline_s: float = 20) -> None:
        self.project = project
        self._token = token
        self._deadline_s = deadline_s
        self._http = Http()

    def repository(self, prefix: str) -> Repository:
        """The repository behind what stands in front of image names, if it exists.

        `prefix` is as the course's `registry`: `eu.gcr.io/sdd2526`, `eu.gcr.io`, or
        `europe-west1-docker.pkg.dev/sdd2526/web`. Of gcr.io, the repository is there after the first push.
        Raises `NotFound` where there is none, and `UsageError` for a prefix that can be none of Google's.
        """
        project, location, name = self._split(prefix)
        path = f"projects/{project}/locations/{location}/repositories/{name}"
        what = f"repository {name} in {location} of project {project}"
        document = self._document(path, what, Deadline.after(self._deadline_s))
        try:
            if document["name"] != path:
                raise ValueError(document["name"])
            return Repository(project, location, name, document["format"], _time(document["createTime"]))
        except (KeyError, TypeError, ValueError) as error:
            raise CouldNotLook(f"{API}: {what} is described in a form that cannot be read") from error

    def images(self, repository: Repository) -> list[Image]:
        """All its Docker images, those without a tag too. `NotFound` when the repository is gone."""
        what = f"repository {repository.name} in {repository.location}"
        deadline = Deadline.after(self._deadline_s)
        return [_image(item) for item in self._items(repository, what, deadline)]

    def delete(self, repository: Repository, image: Image) -> None:
        """Delete an image and the tags that it had when it was listed, and wait until it is gone.

        Raises `UsageError`, and leaves the image, when somebody has put another tag on it meanwhile.
        """
        deadline = Deadline.after(self._deadline_s)
        package = f"{repository.path}/packages/{quote(quote(image.name, safe=''), safe='')}"
        for tag in image.tags:
            answer = self._delete(f"{package}/tags/{tag}", deadline)
            if not answer.ok and answer.status != 404:
                raise answer.refusal(f"tag {tag} of image {image.name}", API)
        what = f"image {image.name}@{image.digest}"
        answer = self._delete(f"{package}/versions/{image.digest}", deadline)
        if _status(answer.json()) == "FAILED_PRECONDITION":
            raise UsageError(
                f"{what} was not deleted: another tag names it by now", remedy="List the images again."
            )
        if not answer.ok:
            raise answer.refusal(what, API)
        operation = answer.json()
        name = operation.get("name") if isinstance(operation, dict) else None
        if not isinstance(name, str) or not _OPERATION.fullmatch(name):
            raise answer.unexpected(API)

        def done(deadline: Deadline) -> None:
            found = self._document(name, f"operation for {what}", deadline)
            if not found.get("done"):
                raise NotYet("it goes on")
            if "error" in found:
                raise CouldNotLook(f"{API}: {what} was not deleted, for a reason of the service's own")

        until(done, what=f"deleting {what}", within_s=deadline.remaining_s())

    def close(self) -> None:
        self._http.close()

    def _split(self, prefix: str) -> tuple[str, str, str]:
        """Project, location and repository."""
        host, *parts = prefix.removesuffix("/").split("/")
        found: tuple[str, str, str] | None = None
        if location := GCR.get(host):
            found = (parts[0] if parts else self.project, location, host)
        elif (match := _HOST.fullmatch(host)) and len(parts) > 1:
            found = (parts[0], match[1], parts[1])
        if found is None or not all(_PART.fullmatch(part) for part in found):
            raise UsageError(
                f"{prefix!r} is no repository of Artifact Registry",
                remedy="Write eu.gcr.io/PROJECT or LOCATION-docker.pkg.dev/PROJECT/REPOSITORY.",
            )
        return found

    def _items(self, repository: Repository, what: str, deadline: Deadline) -> Iterator[Any]:
        query = {"pageSize": "500"}
        for _ in range(PAGES):
            path = f"{repository.path}/dockerImages?{urlencode(query)}"
            page = self._document(path, what, deadline)
            items = page.get("dockerImages", [])
            if not isinstance(items, list):
                raise CouldNotLook(f"{API}: images are listed in a form that cannot be read")
            yield from items
            if not page.get("nextPageToken"):
                return
            query["pageToken"] = str(page["nextPageToken"])
        raise TooMuch(f"{what} lists its images on more than {PAGES} pages")

    def _document(self, path: str, what: str, deadline: Deadline) -> dict[str, Any]:
        answer = self._http.get(
            f"{ADDRESS}/{path}", headers=self._headers(), deadline=deadline, max_bytes=DOCUMENT_BYTES
        )
        document = answer.json()
        # A 404 of something else on the way proves nothing.
        if answer.status == 404 and _status(document) != "NOT_FOUND":
            raise answer.unexpected(API)
        if not answer.ok:
            raise answer.refusal(what, API)
        if not isinstance(document, dict):
            raise answer.unexpected(API)
        return document

    def _delete(self, path: str, deadline: Deadline) -> Answer:
        return self._http.ask(
            "DELETE",
            f"{ADDRESS}/{path}",
            headers=self._headers(),
            deadline=deadline,
            take=lambda reply: reply.whole(DOCUMENT_BYTES),
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"}


def _status(document: Any) -> str:
    """The one word that the API's errors carry; empty where the document is none of them."""
    error = document.get("error") if isinstance(document, dict) else None
    return str(error.get("status", "")) if isinstance(error, dict) else ""


def _image(item: Any) -> Image:
    try:
        name, _, digest = item["name"].rpartition("/dockerImages/")[2].rpartition("@")
        tags, size = tuple(item.get("tags", ())), int(item.get("imageSizeBytes", 0))
        if not name or not _DIGEST.fullmatch(digest) or not all(_TAG.fullmatch(tag) for tag in tags):
            raise ValueError(item["name"])
        return Image(name.replace("%2F", "/"), digest, tags, size, _time(item["uploadTime"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CouldNotLook(f"{API}: an image is described in a form that cannot be read") from error


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
