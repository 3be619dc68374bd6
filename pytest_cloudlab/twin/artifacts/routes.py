"""The routes of artifactregistry.googleapis.com, version 1. What is not here is 404."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.artifacts.images import Images
from pytest_cloudlab.twin.artifacts.listing import listed
from pytest_cloudlab.twin.artifacts.operations import NOTHING, TYPE, Operations
from pytest_cloudlab.twin.artifacts.place import LOCATIONS, Place
from pytest_cloudlab.twin.artifacts.repositories import SETTABLE, Repositories
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.rpc_error import RpcError, read_json
from pytest_cloudlab.twin.saved import Saved

Resource = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[Resource]]

PROJECT = "/v1/projects/{project}"
LOCATION = PROJECT + "/locations/{location}"
REPOSITORY = LOCATION + "/repositories/{repository}"
PACKAGE = REPOSITORY + "/packages/{package}"
VERSION = PACKAGE + "/versions/{version}"
TAG = PACKAGE + "/tags/{tag}"

OUTPUT_ONLY = {"createTime", "updateTime", "registryUri", "sizeBytes"}


class Routes:
    def __init__(self, repositories: Repositories, store: RegistryStore, saved: Saved) -> None:
        self._repositories = repositories
        self._images = Images(repositories, store)
        self._operations = Operations(saved)

    def add_to(self, app: web.Application) -> None:
        table: list[tuple[str, str, Answer]] = [
            ("GET", PROJECT + "/projectSettings", self._settings),
            ("GET", PROJECT + "/locations", self._locations),
            # gcloud asks for the locations, and for nothing else, in this older version.
            ("GET", PROJECT.replace("v1", "v1beta2") + "/locations", self._locations),
            ("GET", LOCATION, self._location),
            ("GET", LOCATION + "/operations/{operation}", self._operation),
            ("GET", LOCATION + "/repositories", self._list),
            ("POST", LOCATION + "/repositories", self._create),
            ("GET", REPOSITORY, self._get),
            ("PATCH", REPOSITORY, self._patch),
            ("DELETE", REPOSITORY, self._delete),
            ("GET", REPOSITORY + "/dockerImages", self._docker_images),
            ("GET", REPOSITORY + "/dockerImages/{image}", self._docker_image),
            ("GET", REPOSITORY + "/packages", self._packages),
            ("GET", PACKAGE, self._package),
            ("DELETE", PACKAGE, self._delete_package),
            ("GET", PACKAGE + "/versions", self._versions),
            ("GET", VERSION, self._version),
            ("DELETE", VERSION, self._delete_version),
            ("GET", PACKAGE + "/tags", self._tags),
            ("POST", PACKAGE + "/tags", self._create_tag),
            ("GET", TAG, self._tag),
            ("PATCH", TAG, self._patch_tag),
            ("DELETE", TAG, self._delete_tag),
        ]
        for method, path, answer in table:
            app.router.add_route(method, path, _json(answer))

    async def _settings(self, request: web.Request) -> Resource:
        project = f"projects/{request.match_info['project']}"
        self._repositories.own(request.match_info["project"], project, "projectsettings.get")
        name = f"{project}/projectSettings"
        return {"name": name, "legacyRedirectionState": "REDIRECTION_FROM_GCR_IO_ENABLED"}

    async def _locations(self, request: web.Request) -> Resource:
        project = request.match_info["project"]
        self._repositories.own(project, f"projects/{project}", "locations.list")
        return listed("locations", [self._describe(each) for each in LOCATIONS], request.query)

    async def _location(self, request: web.Request) -> Resource:
        return self._describe(self._place(request, "locations.get").location)

    async def _operation(self, request: web.Request) -> Resource:
        parent = self._place(request, "operations.get").parent
        return self._operations.get(f"{parent}/operations/{request.match_info['operation']}")

    async def _list(self, request: web.Request) -> Resource:
        location = self._place(request, "repositories.list").location
        return listed("repositories", self._repositories.all(location), request.query)

    async def _create(self, request: web.Request) -> Resource:
        name = request.query.get("repositoryId", "")
        if not name:
            raise RpcError(400, "Request contains an invalid argument: repository_id is required.")
        place = self._place(request, "repositories.create", repository=name)
        made = self._repositories.create(place, await read_json(request, SETTABLE))
        return self._operations.finished(place.parent, {"@type": f"{TYPE}.Repository", **made})

    async def _get(self, request: web.Request) -> Resource:
        return self._repositories.get(self._place(request, "repositories.get"))

    async def _patch(self, request: web.Request) -> Resource:
        place = self._place(request, "repositories.update")
        body = await read_json(request, SETTABLE | OUTPUT_ONLY)
        return self._repositories.patch(place, body, request.query.get("updateMask", ""))

    async def _delete(self, request: web.Request) -> Resource:
        place = self._place(request, "repositories.delete")
        self._repositories.delete(place)
        return self._operations.finished(place.parent, NOTHING)

    async def _docker_images(self, request: web.Request) -> Resource:
        place = self._place(request, "dockerimages.list")
        return listed("dockerImages", self._images.docker_images(place), request.query)

    async def _docker_image(self, request: web.Request) -> Resource:
        place = self._place(request, "dockerimages.get")
        return self._images.docker_image(place, _unescaped(request, "image"))

    async def _packages(self, request: web.Request) -> Resource:
        place = self._place(request, "packages.list")
        return listed("packages", self._images.packages(place), request.query)

    async def _package(self, request: web.Request) -> Resource:
        return self._images.package(*self._in_package(request, "packages.get"))

    async def _delete_package(self, request: web.Request) -> Resource:
        place, image = self._in_package(request, "packages.delete")
        self._images.delete_package(place, image)
        return self._operations.finished(place.parent, NOTHING)

    async def _versions(self, request: web.Request) -> Resource:
        found = self._images.versions(*self._in_package(request, "versions.list"), full=_full(request))
        return listed("versions", found, request.query)

    async def _version(self, request: web.Request) -> Resource:
        place, image = self._in_package(request, "versions.get")
        return self._images.version(place, image, request.match_info["version"], full=_full(request))

    async def _delete_version(self, request: web.Request) -> Resource:
        place, image = self._in_package(request, "versions.delete")
        force = request.query.get("force", "") in ("true", "True", "1")
        self._images.delete_version(place, image, request.match_info["version"], force=force)
        return self._operations.finished(place.parent, NOTHING)

    async def _tags(self, request: web.Request) -> Resource:
        return listed("tags", self._images.tags(*self._in_package(request, "tags.list")), request.query)

    async def _tag(self, request: web.Request) -> Resource:
        return self._images.tag(*self._in_package(request, "tags.get"), request.match_info["tag"])

    async def _create_tag(self, request: web.Request) -> Resource:
        where = self._in_package(request, "tags.create")
        body = await read_json(request, ("name", "version"))
        tag, version = request.query.get("tagId", ""), str(body.get("version", ""))
        return self._images.set_tag(*where, tag, version, new=True)

    async def _patch_tag(self, request: web.Request) -> Resource:
        where = self._in_package(request, "tags.update")
        body = await read_json(request, ("name", "version"))
        tag, version = request.match_info["tag"], str(body.get("version", ""))
        self._images.tag(*where, tag)
        return self._images.set_tag(*where, tag, version, new=False)

    async def _delete_tag(self, request: web.Request) -> Resource:
        self._images.delete_tag(*self._in_package(request, "tags.delete"), request.match_info["tag"])
        return {}

    def _place(self, request: web.Request, permission: str, *, repository: str = "") -> Place:
        info = request.match_info
        repository = repository or info.get("repository", "")
        return self._repositories.place(info["project"], info["location"], repository, permission)

    def _in_package(self, request: web.Request, permission: str) -> tuple[Place, str]:
        return self._place(request, permission), _unescaped(request, "package")

    def _describe(self, location: str) -> Resource:
        name = f"projects/{self._repositories.project}/locations/{location}"
        labels = {"labels": {"cloud.googleapis.com/region": location}} if "-" in location else {}
        return {"name": name, "locationId": location, **labels}


def _json(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(await answer(request))

    return handler


def _unescaped(request: web.Request, part: str) -> str:
    """Some clients escape the slashes within a name once, some twice."""
    return request.match_info[part].replace("%2F", "/")


def _full(request: web.Request) -> bool:
    view = request.query.get("view", "BASIC")
    if view not in ("BASIC", "FULL", "VERSION_VIEW_UNSPECIFIED"):
        raise RpcError(400, f"Invalid value at 'view': {view}")
    return view == "FULL"
