"""Resources of one kind: where they are, what they are called, and the errors about both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_cloudlab.twin.api_error import ApiError

Resource = dict[str, Any]

GLOBAL = "global"


class Resources:
    """By place and name, e.g. `disks.get("zones/europe-west1-b", "web")`."""

    def __init__(self, project: str, plural: str) -> None:
        self.plural = plural
        self._project = project
        self._found: dict[tuple[str, str], Resource] = {}

    def get(self, place: str, name: str) -> Resource:
        """Raises `ApiError` 404."""
        try:
            return self._found[place, name]
        except KeyError:
            raise ApiError(404, f"The resource '{self._path(place, name)}' was not found") from None

    def find(self, place: str, name: str) -> Resource | None:
        return self._found.get((place, name))

    def add(self, place: str, resource: Resource) -> None:
        """Raises `ApiError` 409 when the name is taken."""
        self.require_free(place, str(resource["name"]))
        self._found[place, str(resource["name"])] = resource

    def require_free(self, place: str, name: str) -> None:
        if (place, name) in self._found:
            raise ApiError(409, f"The resource '{self._path(place, name)}' already exists")

    def remove(self, place: str, name: str) -> None:
        self._found.pop((place, name), None)

    def at(self, place: str) -> list[Resource]:
        return [resource for (where, _), resource in self._found.items() if where == place]

    def all(self) -> list[Resource]:
        return list(self._found.values())

    def restore(self, kept: Iterable[Resource]) -> None:
        for resource in kept:
            self._found[place_of(resource["selfLink"]), str(resource["name"])] = resource

    def _path(self, place: str, name: str) -> str:
        return f"projects/{self._project}/{place}/{self.plural}/{name}"


def place_of(self_link: str) -> str:
    """
    >>> place_of("https://www.googleapis.com/compute/v1/projects/p/zones/z/disks/web")
    'zones/z'
    """
    where = self_link.partition("/projects/")[2].split("/")[1:]
    return GLOBAL if where[0] == GLOBAL else "/".join(where[:2])


def require_unused(resource: Resource, kind: str) -> None:
    """Raises `ApiError` 400 while another resource uses this one."""
    if users := resource.get("users"):
        own, user = (link.partition("/projects/")[2] for link in (resource["selfLink"], users[0]))
        message = f"The {kind} resource 'projects/{own}' is already being used by 'projects/{user}'"
        raise ApiError(400, message, reason="resourceInUseByAnotherResource")
