"""Compute Engine's routes. What is not here is 404, as an unknown route is there."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute import catalogue
from pytest_cloudlab.twin.compute.listing import aggregated, listed
from pytest_cloudlab.twin.compute.metadata import Resource
from pytest_cloudlab.twin.compute.project import Project

Answer = Callable[[web.Request], Awaitable[Resource]]

ROOT = "/compute/v1/projects/{project}"
ZONE = ROOT + "/zones/{zone}"
INSTANCE = ZONE + "/instances/{instance}"
GLOBAL = ROOT + "/global"


class Routes:
    def __init__(self, project: Project) -> None:
        self._project = project

    def add_to(self, app: web.Application) -> None:
        table: list[tuple[str, str, Answer]] = [
            ("GET", ROOT, self._get_project),
            ("POST", ROOT + "/setCommonInstanceMetadata", self._set_common_metadata),
            ("GET", ROOT + "/zones", self._zones),
            ("GET", ZONE, self._zone),
            ("GET", ROOT + "/aggregated/instances", self._aggregated_instances),
            ("GET", ROOT + "/aggregated/disks", self._aggregated_disks),
            ("GET", ZONE + "/instances", self._instances),
            ("POST", ZONE + "/instances", self._insert),
            ("GET", INSTANCE, self._instance),
            ("DELETE", INSTANCE, self._delete),
            ("POST", INSTANCE + "/stop", self._stop),
            ("POST", INSTANCE + "/start", self._start),
            ("POST", INSTANCE + "/setMetadata", self._set_metadata),
            ("POST", INSTANCE + "/setLabels", self._set_labels),
            ("GET", INSTANCE + "/getGuestAttributes", self._guest_attributes),
            ("GET", ZONE + "/disks", self._disks),
            ("GET", ZONE + "/disks/{disk}", self._disk),
            ("DELETE", ZONE + "/disks/{disk}", self._delete_disk),
            ("GET", ZONE + "/machineTypes", self._machine_types),
            ("GET", ZONE + "/machineTypes/{type}", self._machine_type),
            ("GET", ZONE + "/diskTypes", self._disk_types),
            ("GET", ZONE + "/diskTypes/{type}", self._disk_type),
            ("GET", GLOBAL + "/images", self._images),
            ("GET", GLOBAL + "/images/{image}", self._image),
            ("GET", GLOBAL + "/images/family/{family}", self._image),
        ]
        for parent in (ZONE, GLOBAL):
            table += [
                ("GET", parent + "/operations", self._operations),
                ("GET", parent + "/operations/{operation}", self._operation),
                ("POST", parent + "/operations/{operation}/wait", self._wait),
            ]
        for method, path, answer in table:
            app.router.add_route(method, path, _json(answer))

    async def _get_project(self, request: web.Request) -> Resource:
        return self._own(request).resource()

    async def _set_common_metadata(self, request: web.Request) -> Resource:
        return self._own(request).set_common_metadata(await _body(request))

    async def _zones(self, request: web.Request) -> Resource:
        own = self._own(request)
        return listed("zone", request, [catalogue.zone(own.name, zone) for zone in own.zones], "zones")

    async def _zone(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return catalogue.zone(own.name, zone)

    async def _aggregated_instances(self, request: web.Request) -> Resource:
        own = self._own(request)
        found = {zone: [each.resource for each in await own.instances(zone)] for zone in own.zones}
        return aggregated("instance", request, found)

    async def _aggregated_disks(self, request: web.Request) -> Resource:
        own = self._own(request)
        return aggregated("disk", request, {zone: own.disks_in(zone) for zone in own.zones})

    async def _instances(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        found = [each.resource for each in await own.instances(zone)]
        return listed("instance", request, found, "zones", zone, "instances")

    async def _insert(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return own.insert(zone, await _body(request))

    async def _instance(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return (await own.instance(zone, name)).resource

    async def _delete(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return await own.delete(zone, name)

    async def _stop(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return await own.stop(zone, name)

    async def _start(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return await own.start(zone, name)

    async def _set_metadata(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return await own.set_metadata(zone, name, await _body(request))

    async def _set_labels(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        return await own.set_labels(zone, name, await _body(request))

    async def _guest_attributes(self, request: web.Request) -> Resource:
        own, zone, name = self._named(request)
        instance = await own.instance(zone, name)
        path = request.query.get("queryPath", "")
        wanted = path.removeprefix("hostkeys").lstrip("/")
        keys = await own.host_keys(instance) if path.startswith("hostkeys/") else {}
        found = {kind: key for kind, key in keys.items() if wanted in ("", kind)}
        if not found:
            raise ApiError(404, f"The resource '{path}' of type 'Guest Attribute' was not found.")
        items = [{"namespace": "hostkeys", "key": kind, "value": key} for kind, key in found.items()]
        return {
            "kind": "compute#guestAttributes",
            "queryPath": path,
            "queryValue": {"items": items},
            "selfLink": f"{instance.resource['selfLink']}/guestAttributes/{path}",
        }

    async def _disks(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return listed("disk", request, own.disks_in(zone), "zones", zone, "disks")

    async def _disk(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return own.disk(zone, request.match_info["disk"])

    async def _delete_disk(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return own.delete_disk(zone, request.match_info["disk"])

    async def _machine_types(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        found = [catalogue.machine_type(own.name, zone, name) for name in catalogue.MACHINE_TYPES]
        return listed("machineType", request, found, "zones", zone, "machineTypes")

    async def _machine_type(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return catalogue.machine_type(own.name, zone, request.match_info["type"])

    async def _disk_types(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        found = [catalogue.disk_type(own.name, zone, name) for name in catalogue.DISK_TYPES]
        return listed("diskType", request, found, "zones", zone, "diskTypes")

    async def _disk_type(self, request: web.Request) -> Resource:
        own, zone = self._in_zone(request)
        return catalogue.disk_type(own.name, zone, request.match_info["type"])

    async def _images(self, request: web.Request) -> Resource:
        project = request.match_info["project"]
        found = [image.resource() for image in catalogue.images(project)]
        if not found:
            self._own(request)
        return listed("image", request, found, "global", "images")

    async def _image(self, request: web.Request) -> Resource:
        info = request.match_info
        name, family = info.get("image", ""), info.get("family", "")
        return catalogue.find_image(info["project"], name=name, family=family).resource()

    async def _operations(self, request: web.Request) -> Resource:
        own, zone, _ = self._operation_key(request)
        where = ("zones", zone) if zone else ("global",)
        return listed("operation", request, own.operations.all(zone), *where, "operations")

    async def _operation(self, request: web.Request) -> Resource:
        own, zone, name = self._operation_key(request)
        return own.operations.get(zone, name)

    async def _wait(self, request: web.Request) -> Resource:
        own, zone, name = self._operation_key(request)
        return await own.operations.wait(zone, name)

    def _own(self, request: web.Request) -> Project:
        name = request.match_info["project"]
        if name != self._project.name:
            raise ApiError(404, f"The resource 'projects/{name}' was not found")
        return self._project

    def _in_zone(self, request: web.Request) -> tuple[Project, str]:
        own = self._own(request)
        return own, own.zone(request.match_info["zone"])

    def _named(self, request: web.Request) -> tuple[Project, str, str]:
        return *self._in_zone(request), request.match_info["instance"]

    def _operation_key(self, request: web.Request) -> tuple[Project, str, str]:
        own = self._own(request)
        zone = request.match_info.get("zone", "")
        return own, own.zone(zone) if zone else "", request.match_info.get("operation", "")


def _json(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(await answer(request))

    return handler


async def _body(request: web.Request) -> Resource:
    try:
        body: Any = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid JSON payload received.", reason="parseError")
    return body
