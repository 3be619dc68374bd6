"""Routes of disks, images and snapshots, and of the types of disks."""

from __future__ import annotations

from aiohttp import web

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute import catalogue
from pytest_cloudlab.twin.compute.listing import aggregated, listed
from pytest_cloudlab.twin.compute.resources import GLOBAL as GLOBAL_PLACE
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.routing import GLOBAL, ROOT, ZONE, Route, Routing, body


class DiskRoutes(Routing):
    def table(self) -> list[Route]:
        return [
            ("GET", ROOT + "/aggregated/disks", self._aggregated),
            ("GET", ZONE + "/disks", self._disks),
            ("POST", ZONE + "/disks", self._insert),
            ("GET", ZONE + "/disks/{disk}", self._disk),
            ("DELETE", ZONE + "/disks/{disk}", self._delete),
            ("GET", ZONE + "/diskTypes", self._types),
            ("GET", ZONE + "/diskTypes/{type}", self._type),
            ("GET", GLOBAL + "/images", self._images),
            ("POST", GLOBAL + "/images", self._insert_image),
            ("GET", GLOBAL + "/images/{image}", self._image),
            ("DELETE", GLOBAL + "/images/{image}", self._delete_image),
            ("GET", GLOBAL + "/images/family/{family}", self._image),
            ("GET", GLOBAL + "/snapshots", self._snapshots),
            ("GET", GLOBAL + "/snapshots/{snapshot}", self._snapshot),
        ]

    async def _aggregated(self, request: web.Request) -> Resource:
        own = self.own(request)
        return aggregated(
            "disk", request, {f"zones/{zone}": own.disks.at(f"zones/{zone}") for zone in own.zones}
        )

    async def _disks(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return listed("disk", request, own.disks.at(f"zones/{zone}"), "zones", zone, "disks")

    async def _insert(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return own.disks.insert(zone, await body(request), request.query.get("sourceImage", ""))

    async def _disk(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return own.disks.get(f"zones/{zone}", request.match_info["disk"])

    async def _delete(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return own.disks.delete(zone, request.match_info["disk"])

    async def _types(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        found = [catalogue.disk_type(own.name, zone, name) for name in catalogue.DISK_TYPES]
        return listed("diskType", request, found, "zones", zone, "diskTypes")

    async def _type(self, request: web.Request) -> Resource:
        own, zone = self.in_zone(request)
        return catalogue.disk_type(own.name, zone, request.match_info["type"])

    async def _images(self, request: web.Request) -> Resource:
        project = request.match_info["project"]
        if project in catalogue.PUBLIC:
            found = [image.resource() for image in catalogue.images(project)]
        else:
            found = self.own(request).images.at(GLOBAL_PLACE)
        return listed("image", request, found, "global", "images")

    async def _insert_image(self, request: web.Request) -> Resource:
        return self.own(request).images.insert(await body(request))

    async def _image(self, request: web.Request) -> Resource:
        info = request.match_info
        name, family = info.get("image", ""), info.get("family", "")
        if info["project"] in catalogue.PUBLIC:
            return catalogue.find_image(info["project"], name=name, family=family).resource()
        own = self.own(request)
        if family:
            for image in reversed(own.images.at(GLOBAL_PLACE)):
                if image.get("family") == family:
                    return image
            name = f"family/{family}"
        return own.images.get(GLOBAL_PLACE, name)

    async def _delete_image(self, request: web.Request) -> Resource:
        return self.own(request).images.delete(request.match_info["image"])

    async def _snapshots(self, request: web.Request) -> Resource:
        self.own(request)
        return listed("snapshot", request, [], "global", "snapshots")

    async def _snapshot(self, request: web.Request) -> Resource:
        name = request.match_info["snapshot"]
        where = f"projects/{self.own(request).name}/global/snapshots/{name}"
        raise ApiError(404, f"The resource '{where}' was not found")
