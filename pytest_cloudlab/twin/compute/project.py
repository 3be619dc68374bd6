"""One project: what it has, what may be done to it, and how that outlives the process."""

from __future__ import annotations

from ipaddress import IPv4Network

from pytest_cloudlab.twin.api_error import ApiError
from pytest_cloudlab.twin.compute import kept, networks
from pytest_cloudlab.twin.compute.addresses import Addresses
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.disks import Disks, Images
from pytest_cloudlab.twin.compute.firewalls import Firewalls
from pytest_cloudlab.twin.compute.fleet import Fleet
from pytest_cloudlab.twin.compute.links import link, new_id, now
from pytest_cloudlab.twin.compute.metadata import metadata, require_fingerprint
from pytest_cloudlab.twin.compute.operations import Operations
from pytest_cloudlab.twin.compute.pool import Pool
from pytest_cloudlab.twin.compute.resources import GLOBAL, Resource
from pytest_cloudlab.twin.faults import Faults
from pytest_cloudlab.twin.saved import Saved

SERVICE = "compute"


class Project:
    """`open` it before it is asked anything, `close` it at the end. `vms` are its VMs' addresses."""

    def __init__(
        self,
        name: str,
        zones: tuple[str, ...],
        containers: Containers,
        *,
        vms: IPv4Network,
        saved: Saved,
        faults: Faults,
    ) -> None:
        self.name = name
        self.zones = zones
        self.pool = Pool(vms)
        self.metadata = metadata(None)
        self.operations = Operations(name, self.save)
        self.fleet = Fleet(self, containers, faults)
        self.disks = Disks(name, self.operations)
        self.images = Images(name, self.operations, self.disks)
        self.addresses = Addresses(name, self.operations, self.free_address)
        self.firewalls = Firewalls(name, self.operations, self.fleet.wall.spread)
        self._id = new_id()
        self._created = now()
        self._saved = saved

    async def open(self) -> None:
        """Go on where an earlier process of the same twin was ended."""
        state = self._saved.read(SERVICE)
        if not state:
            self.firewalls.restore(networks.default_rules(self.name, self.pool.range))
            return
        self._id, self._created, self.metadata = state["id"], state["created"], state["metadata"]
        for resources in (self.disks, self.images, self.addresses, self.firewalls):
            resources.restore(state[resources.plural])
        self.operations.restore(state["operations"])
        await self.fleet.life.adopt([kept.instance(each) for each in state["instances"]])
        self.save()

    def save(self) -> None:
        every = (self.disks, self.images, self.addresses, self.firewalls)
        state = {
            "id": self._id,
            "created": self._created,
            "metadata": self.metadata,
            "operations": self.operations.kept(),
            "instances": [kept.plain(instance) for instance in self.fleet.all()],
            **{resources.plural: resources.all() for resources in every},
        }
        self._saved.write(SERVICE, state)

    def resource(self) -> Resource:
        return {
            "kind": "compute#project",
            "id": self._id,
            "creationTimestamp": self._created,
            "name": self.name,
            "commonInstanceMetadata": self.metadata,
            "defaultServiceAccount": f"{self.name}-compute@developer.gserviceaccount.com",
            "defaultNetworkTier": "PREMIUM",
            "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
            "selfLink": link(self.name),
        }

    def zone(self, name: str) -> str:
        """Raises `ApiError`: 404 as for any missing resource."""
        if name not in self.zones:
            raise ApiError(404, f"The resource 'projects/{self.name}/zones/{name}' was not found")
        return name

    @property
    def regions(self) -> list[str]:
        return networks.regions(self.zones)

    def region(self, name: str) -> str:
        """Raises `ApiError` 404."""
        if name not in self.regions:
            raise ApiError(404, f"The resource 'projects/{self.name}/regions/{name}' was not found")
        return name

    def rules(self) -> list[Resource]:
        return self.firewalls.at(GLOBAL)

    def free_address(self) -> str:
        vms = {instance.address for instance in self.fleet.all()}
        return self.pool.free(vms | {address["address"] for address in self.addresses.all()})

    def set_common_metadata(self, body: Resource) -> Resource:
        require_fingerprint(body.get("fingerprint", ""), self.metadata["fingerprint"], what="metadata")
        self.metadata = metadata(body)
        work = self.fleet.spread_accounts(self.fleet.all())
        kind, target = "compute.projects.setCommonInstanceMetadata", link(self.name)
        return self.operations.start(kind, work, target=target, target_id=self._id, place=GLOBAL)

    async def close(self) -> None:
        await self.fleet.life.close()
        await self.operations.close()
