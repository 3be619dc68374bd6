"""Routes of regions, networks, firewall rules and reserved addresses."""

from __future__ import annotations

from aiohttp import web

from pytest_cloudlab.twin.compute import networks
from pytest_cloudlab.twin.compute.listing import aggregated, listed
from pytest_cloudlab.twin.compute.project import Project
from pytest_cloudlab.twin.compute.resources import GLOBAL as GLOBAL_PLACE
from pytest_cloudlab.twin.compute.resources import Resource
from pytest_cloudlab.twin.compute.routing import GLOBAL, REGION, ROOT, Route, Routing, body


class NetworkRoutes(Routing):
    def table(self) -> list[Route]:
        firewall = GLOBAL + "/firewalls/{firewall}"
        routes: list[Route] = [
            ("GET", ROOT + "/regions", self._regions),
            ("GET", REGION, self._region),
            ("GET", GLOBAL + "/networks", self._networks),
            ("GET", GLOBAL + "/networks/{network}", self._network),
            ("GET", REGION + "/subnetworks", self._subnetworks),
            ("GET", REGION + "/subnetworks/{subnetwork}", self._subnetwork),
            ("GET", ROOT + "/aggregated/subnetworks", self._aggregated_subnetworks),
            ("GET", GLOBAL + "/firewalls", self._firewalls),
            ("POST", GLOBAL + "/firewalls", self._insert_firewall),
            ("GET", firewall, self._firewall),
            ("PATCH", firewall, self._patch_firewall),
            ("PUT", firewall, self._update_firewall),
            ("DELETE", firewall, self._delete_firewall),
            ("GET", ROOT + "/aggregated/addresses", self._aggregated_addresses),
        ]
        for parent in (REGION, GLOBAL):
            routes += [
                ("GET", parent + "/addresses", self._addresses),
                ("POST", parent + "/addresses", self._insert_address),
                ("GET", parent + "/addresses/{address}", self._address),
                ("DELETE", parent + "/addresses/{address}", self._delete_address),
            ]
        return routes

    async def _regions(self, request: web.Request) -> Resource:
        own = self.own(request)
        return listed("region", request, [_region(own, each) for each in own.regions], "regions")

    async def _region(self, request: web.Request) -> Resource:
        own = self.own(request)
        return _region(own, own.region(request.match_info["region"]))

    async def _networks(self, request: web.Request) -> Resource:
        own = self.own(request)
        found = [networks.network(own.name, "default", own.regions)]
        return listed("network", request, found, "global", "networks")

    async def _network(self, request: web.Request) -> Resource:
        own = self.own(request)
        return networks.network(own.name, request.match_info["network"], own.regions)

    async def _subnetworks(self, request: web.Request) -> Resource:
        own, region = self.own(request), request.match_info["region"]
        found = [_subnetwork(own, own.region(region), "default")]
        return listed("subnetwork", request, found, "regions", region, "subnetworks")

    async def _subnetwork(self, request: web.Request) -> Resource:
        own, info = self.own(request), request.match_info
        return _subnetwork(own, own.region(info["region"]), info["subnetwork"])

    async def _aggregated_subnetworks(self, request: web.Request) -> Resource:
        own = self.own(request)
        found = {f"regions/{each}": [_subnetwork(own, each, "default")] for each in own.regions}
        return aggregated("subnetwork", request, found)

    async def _firewalls(self, request: web.Request) -> Resource:
        return listed("firewall", request, self.own(request).rules(), "global", "firewalls")

    async def _insert_firewall(self, request: web.Request) -> Resource:
        return self.own(request).firewalls.insert(await body(request))

    async def _firewall(self, request: web.Request) -> Resource:
        return self.own(request).firewalls.get(GLOBAL_PLACE, request.match_info["firewall"])

    async def _patch_firewall(self, request: web.Request) -> Resource:
        own, name = self.own(request), request.match_info["firewall"]
        return own.firewalls.patch(name, await body(request))

    async def _update_firewall(self, request: web.Request) -> Resource:
        own, name = self.own(request), request.match_info["firewall"]
        return own.firewalls.update(name, await body(request))

    async def _delete_firewall(self, request: web.Request) -> Resource:
        return self.own(request).firewalls.delete(request.match_info["firewall"])

    async def _aggregated_addresses(self, request: web.Request) -> Resource:
        own = self.own(request)
        places = [GLOBAL_PLACE, *(f"regions/{each}" for each in own.regions)]
        found = {place: own.addresses.at(place) for place in places}
        return aggregated("address", request, found, "addresses")

    async def _addresses(self, request: web.Request) -> Resource:
        own, place = self.own(request), self.place(request)
        return listed("address", request, own.addresses.at(place), *place.split("/"), "addresses")

    async def _insert_address(self, request: web.Request) -> Resource:
        own, place = self.own(request), self.place(request)
        return own.addresses.insert(place, await body(request))

    async def _address(self, request: web.Request) -> Resource:
        return self.own(request).addresses.get(self.place(request), request.match_info["address"])

    async def _delete_address(self, request: web.Request) -> Resource:
        return self.own(request).addresses.delete(self.place(request), request.match_info["address"])


def _region(own: Project, name: str) -> Resource:
    here = [zone for zone in own.zones if zone.rpartition("-")[0] == name]
    used = networks.usage(
        [vm.resource for vm in own.fleet.all() if vm.zone in here],
        [disk for zone in here for disk in own.disks.at(f"zones/{zone}")],
        own.addresses.at(f"regions/{name}"),
    )
    return networks.region(own.name, name, own.zones, used)


def _subnetwork(own: Project, region: str, name: str) -> Resource:
    return networks.subnetwork(own.name, region, name, own.pool.range, own.pool.gateway)
