"""What a project holds, over all its zones and regions, and how each of it is deleted."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_cloudlab.clouds.addresses import Address
from pytest_cloudlab.clouds.engine_api import HOST, EngineApi
from pytest_cloudlab.clouds.firewalls import Firewall
from pytest_cloudlab.clouds.instances import Disk, Instance, short
from pytest_cloudlab.clouds.vm_images import VmImage
from pytest_cloudlab.errors import NotFound, TooMuch, Unreachable
from pytest_cloudlab.waiting import Deadline

PAGES = 100
_IMAGE = re.compile(r"projects/([^/]+)/global/images/([^/]+)$")


class Inventory:
    """Everything is looked at as a whole: a zone or region that does not answer raises `Unreachable`."""

    def __init__(self, project: str, api: EngineApi, deadline_s: float, operation_deadline_s: float) -> None:
        self.project = project
        self._deadline_s = deadline_s
        self._operation_deadline_s = operation_deadline_s
        self._api = api

    def all_instances(self) -> list[Instance]:
        """The VMs of all zones, stopped ones included."""
        deadline = self._within(self._deadline_s)
        found = list(self._aggregated("Instances", deadline))
        known = {}
        if found:
            known = {(short(one.zone), one.name): one for one in self._aggregated("Disks", deadline)}
        families: dict[str, str] = {}
        result = []
        for one in found:
            zone = short(one.zone)
            disks = {name: disk for (where, name), disk in known.items() if where == zone}
            result.append(Instance.parse(one, self._attached(one, zone, deadline, disks, families)))
        return result

    def all_disks(self) -> list[Disk]:
        """The disks of all zones, attached or not."""
        deadline = self._within(self._deadline_s)
        families: dict[str, str] = {}
        # A regional disk, in two zones at once, has none.
        return [
            self._disk(one, short(one.zone), False, deadline, families)
            for one in self._aggregated("Disks", deadline)
        ]

    def addresses(self) -> list[Address]:
        """Reserved addresses, of all regions and global."""
        deadline = self._within(self._deadline_s)
        return [Address.parse(one) for one in self._aggregated("Addresses", deadline)]

    def firewalls(self) -> list[Firewall]:
        """The rules of all networks of the project."""
        deadline = self._within(self._deadline_s)
        return [Firewall.parse(one) for one in self._global("FirewallsClient", "firewall rules", deadline)]

    def own_images(self) -> list[VmImage]:
        """Images that the project itself keeps; the public ones are not among them."""
        deadline = self._within(self._deadline_s)
        return [VmImage.parse(one) for one in self._global("ImagesClient", "images", deadline)]

    def create_firewall(self, rule: Firewall) -> None:
        """`UsageError` when there is one of that name."""
        request = {"firewall_resource": rule.resource()}
        self._operate("FirewallsClient", "insert_unary", {}, f"creating firewall rule {rule.name}", request)

    def delete_firewall(self, name: str) -> None:
        """`NotFound` when there is none, as with all that delete."""
        self._delete("FirewallsClient", {}, f"firewall rule {name}", {"firewall": name})

    def delete_address(self, name: str, region: str) -> None:
        """`region` is empty for a global one."""
        place = {"region": region} if region else {}
        client = "AddressesClient" if region else "GlobalAddressesClient"
        self._delete(client, place, f"address {name} in {region or 'all regions'}", {"address": name})

    def delete_disk(self, name: str, zone: str) -> None:
        self._delete("DisksClient", {"zone": zone}, f"disk {name} in {zone}", {"disk": name})

    def delete_image(self, name: str) -> None:
        self._delete("ImagesClient", {}, f"image {name}", {"image": name})

    def _within(self, seconds: float) -> Deadline:
        # Importing the library takes a second, on a busy machine several: not Compute Engine's fault.
        self._api.load()
        return Deadline.after(seconds)

    def _delete(self, client: str, place: Mapping[str, str], what: str, request: Mapping[str, str]) -> None:
        self._operate(client, "delete_unary", place, what, request)

    def _operate(
        self, client: str, method: str, place: Mapping[str, str], what: str, request: Mapping[str, Any]
    ) -> Deadline:
        """Start an operation and wait for it; what is left of its deadline."""
        deadline = self._within(self._operation_deadline_s)
        # Compute Engine takes a request id for the same request sent again, so trying again is safe.
        full = {"project": self.project, **place, "request_id": str(uuid.uuid4()), **request}
        operation = self._api.call(client, method, full, what, deadline, makes=method == "insert_unary")
        self._api.finish(operation, self.project, place, what, deadline)
        return deadline

    def _aggregated(self, kind: str, deadline: Deadline) -> Iterator[Any]:
        request: dict[str, Any] = {"project": self.project}
        plural = kind.lower()
        for _ in range(PAGES):
            page = self._api.call(
                f"{kind}Client", "aggregated_list", request, f"{plural} of all zones", deadline
            )
            silent = list(page.unreachables)
            # The library's maps have an order of their own, and another each time.
            for scope, scoped in sorted(page.items.items()):
                if scoped.warning.code not in ("", "NO_RESULTS_ON_PAGE"):
                    silent.append(scope)
                yield from getattr(scoped, plural)
            if silent:
                raise Unreachable(f"{HOST} does not list the {plural} of {', '.join(silent)[:200]}")
            if not page.next_page_token:
                return
            request["page_token"] = page.next_page_token
        raise TooMuch(f"project {self.project} lists its {plural} on more than {PAGES} pages")

    def _global(self, client: str, what: str, deadline: Deadline) -> Iterator[Any]:
        return self._pages(client, {"project": self.project}, f"{what} of project {self.project}", deadline)

    def _pages(self, client: str, place: Mapping[str, str], what: str, deadline: Deadline) -> Iterator[Any]:
        request: dict[str, Any] = dict(place)
        for _ in range(PAGES):
            page = self._api.call(client, "list", request, what, deadline)
            yield from page.items
            if not page.next_page_token:
                return
            request["page_token"] = page.next_page_token
        raise TooMuch(f"{what} are listed on more than {PAGES} pages")

    def _attached(
        self,
        instance: Any,
        zone: str,
        deadline: Deadline,
        known: Mapping[str, Any] | None = None,
        families: dict[str, str] | None = None,
    ) -> tuple[Disk, ...]:
        disks = []
        for one in instance.disks:
            if not one.source:  # a local SSD is no disk of its own
                disks.append(Disk(one.device_name, zone, one.disk_size_gb, "local-ssd", "", "", one.boot))
                continue
            name = short(one.source)
            request = {"project": self.project, "zone": zone, "disk": name}
            found = (known or {}).get(name) or self._api.call(
                "DisksClient", "get", request, f"disk {name} in {zone}", deadline
            )
            disks.append(self._disk(found, zone, one.boot, deadline, {} if families is None else families))
        return tuple(disks)

    def _disk(self, disk: Any, zone: str, boot: bool, deadline: Deadline, families: dict[str, str]) -> Disk:
        image = disk.source_image
        if image not in families:
            families[image] = self._family(image, deadline)
        return Disk(disk.name, zone, disk.size_gb, short(disk.type_), image, families[image], boot)

    def _family(self, image: str, deadline: Deadline) -> str:
        parts = _IMAGE.search(image)
        if not parts:
            return ""
        try:
            request = {"project": parts[1], "image": parts[2]}
            found = self._api.call("ImagesClient", "get", request, f"image {parts[2]}", deadline)
        except NotFound:
            return ""
        return str(found.family)
