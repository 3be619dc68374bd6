"""Compute Engine's routes. What is not here is 404, as an unknown route is there."""

from __future__ import annotations

from aiohttp import web

from pytest_cloudlab.twin.compute import catalogue
from pytest_cloudlab.twin.compute.disk_routes import DiskRoutes
from pytest_cloudlab.twin.compute.instance_routes import InstanceRoutes
from pytest_cloudlab.twin.compute.listing import aggregated, listed
from pytest_cloudlab.twin.compute.network_routes import NetworkRoutes
from pytest_cloudlab.twin.compute.resources import GLOBAL as GLOBAL_PLACE
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.routing import GLOBAL, REGION, ROOT, ZONE, Route, Routing, add_routes, body


class Routes(Routing):
    """All of them."""

    def add_to(self, app: web.Application) -> None:
        add_routes(app, self.table())
        for part in (InstanceRoutes, DiskRoutes, NetworkRoutes):
            add_routes(app, part(self._project).table())

    def table(self) -> list[Route]:
        routes: list[Route] = [
            ("GET", ROOT, self._get_project),
            ("POST", ROOT + "/setCommonInstanceMetadata", self._set_common_metadata),
            ("GET", ROOT + "/zones", self._zones),
            ("GET", ZONE, self._zone),
            ("GET", ZONE + "/machineTypes", self._machine_types),
            ("GET", ZONE + "/machineTypes/{type}", self._machine_type),
            ("GET", ROOT + "/aggregated/operations", self._aggregated_operations),
        ]
        for parent in (ZONE, REGION, GLOBAL):
            routes += [
                ("GET", parent + "/operations", self._operations),
                ("GET", parent + "/operations/{operation}", self._operation),
                ("POST", parent + "/operations/{operation}/wait", self._wait),
            ]
        return routes

    async def _get_project(self, request: web.Request) -> Resource:
        return self.own(request).resource()

    async def _set_common_metadata(self, request: web.Request) -> Resource:
        return self.own(request).set_common_metadata(await body(request))

    async def _zones(self, request: web.Request) -> Resource:
        own = self.own(request)
        return listed("zone", request, [catalogue.zone(own.name, zone) for zone in own.zones], "zones")

    async def _zone(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return catalogue.zone(own.name, zone)

    async def _machine_types(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        found = [catalogue.machine_type(own.name, zone, name) for name in catalogue.MACHINE_TYPES]
        return listed("machineType", request, found, "zones", zone, "machineTypes")

    async def _machine_type(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return catalogue.machine_type(own.name, zone, request.match_info["type"])

    async def _aggregated_operations(self, request: web.Request) -> Resource:
        own = self.own(request)
        zones, regions = (f"zones/{each}" for each in own.zones), (f"regions/{each}" for each in own.regions)
        found = {place: own.operations.at(place) for place in (GLOBAL_PLACE, *regions, *zones)}
        return aggregated("operation", request, found)

    async def _operations(self, request: web.Request) -> Resource:
        own, place = self.own(request), self.place(request)
        return listed("operation", request, own.operations.at(place), *place.split("/"), "operations")

    async def _operation(self, request: web.Request) -> Resource:
        return self.own(request).operations.get(self.place(request), request.match_info["operation"])

    async def _wait(self, request: web.Request) -> Resource:
        own, place = self.own(request), self.place(request)
        return await own.operations.wait(place, request.match_info["operation"])
