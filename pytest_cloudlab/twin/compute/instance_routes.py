"""Routes of instances."""

from __future__ import annotations

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute.fleet import Fleet
from pytest_cloudlab.twin.compute.listing import aggregated, listed
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.routing import ROOT, ZONE, Route, Routing, body

INSTANCE = ZONE + "/instances/{instance}"


class InstanceRoutes(Routing):
    def table(self) -> list[Route]:
        return [
            ("GET", ROOT + "/aggregated/instances", self._aggregated),
            ("GET", ZONE + "/instances", self._instances),
            ("POST", ZONE + "/instances", self._insert),
            ("GET", INSTANCE, self._instance),
            ("DELETE", INSTANCE, self._delete),
            ("POST", INSTANCE + "/stop", self._stop),
            ("POST", INSTANCE + "/start", self._start),
            ("POST", INSTANCE + "/reset", self._reset),
            ("POST", INSTANCE + "/setMetadata", self._set_metadata),
            ("POST", INSTANCE + "/setLabels", self._set_labels),
            ("POST", INSTANCE + "/setTags", self._set_tags),
            ("GET", INSTANCE + "/getGuestAttributes", self._guest_attributes),
            ("GET", INSTANCE + "/serialPort", self._serial_port),
        ]

    async def _aggregated(self, request: web.Request) -> Resource:
        own = self.own(request)
        found = {f"zones/{zone}": [each.resource for each in await own.fleet.at(zone)] for zone in own.zones}
        return aggregated("instance", request, found)

    async def _instances(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        found = [each.resource for each in await own.fleet.at(zone)]
        return listed("instance", request, found, "zones", zone, "instances")

    async def _insert(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return own.fleet.insert(zone, await body(request))

    async def _instance(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return (await fleet.get(zone, name)).resource

    async def _delete(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.delete(zone, name)

    async def _stop(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.stop(zone, name)

    async def _start(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.start(zone, name)

    async def _reset(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.reset(zone, name)

    async def _set_metadata(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.set_metadata(zone, name, await body(request))

    async def _set_labels(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.set_labels(zone, name, await body(request))

    async def _set_tags(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        return await fleet.set_tags(zone, name, await body(request))

    async def _guest_attributes(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        instance = await fleet.get(zone, name)
        path = request.query.get("queryPath", "")
        wanted = path.removeprefix("hostkeys").lstrip("/")
        keys = await fleet.host_keys(instance) if path.startswith("hostkeys/") else {}
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

    async def _serial_port(self, request: web.Request) -> Resource:
        fleet, zone, name = self._named(request)
        instance = await fleet.get(zone, name)
        port, start = request.query.get("port", "1"), request.query.get("start", "0")
        if port not in ("1", "2", "3", "4") or not start.isdecimal():
            raise ApiError(400, f"Invalid value for field 'port' or 'start': '{port}', '{start}'.")
        serial = instance.serial.read(int(start)) if port == "1" else (0, "", 0)
        return {
            "kind": "compute#serialPortOutput",
            "contents": serial[1],
            "start": str(serial[0]),
            "next": str(serial[2]),
            "selfLink": f"{instance.resource['selfLink']}/serialPort",
        }

    def _named(self, request: web.Request) -> tuple[Fleet, str, str]:
        own, zone = self.in_zone(request)
        return own.fleet, zone, request.match_info["instance"]
