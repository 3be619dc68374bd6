"""What goes wrong between the app's image and the web, and what is left behind of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.sabotages.sabotage import Sabotage, checks
from pytest_cloudlab.checks.be.streamlit_scenes import RUN_APP
from pytest_cloudlab.clouds.compute import InstanceSpec
from pytest_cloudlab.clouds.declaration import CONTAINER_DECLARATION
from pytest_cloudlab.clouds.firewalls import Firewall


class NotOnTheWeb(Sabotage):
    """Nothing answers in the end, so nobody waits for it."""

    begins = "create_container_vm"
    ends = "open_port"

    def wait_for_public_app(self, one: Assignment) -> None:
        pass


class NoContainerVm(NotOnTheWeb):
    """No VM was created for the app."""

    red = checks("container_vm_exists")

    def create_container_vm(self, one: Assignment) -> None:
        self.delete_container_vm(one)


class LargerContainerVm(Sabotage):
    """A larger machine than agreed runs the app."""

    begins = "create_container_vm"
    ends = "open_port"
    red = checks("container_vm_has_the_machine_type")

    def container_vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().container_vm_spec(one), machine_type="n1-standard-2")


class NotMadeForContainers(NotOnTheWeb):
    """A plain Debian, which does not run what its metadata declares."""

    red = checks("container_vm_has_the_image_family", "public_address_serves_the_app")

    def container_vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().container_vm_spec(one), image_family="debian-12", image_project="debian-cloud")


class NoContainerDeclared(NotOnTheWeb):
    """The VM was created without a container."""

    red = checks("container_vm_declares_your_image", "container_vm_restarts_the_container")

    def container_vm_spec(self, one: Assignment) -> InstanceSpec:
        spec = super().container_vm_spec(one)
        kept = {key: value for key, value in spec.metadata.items() if key != CONTAINER_DECLARATION}
        return replace(spec, metadata=kept)


class AnotherImageDeclared(NotOnTheWeb):
    """The VM is told to run an image of another name."""

    red = checks("container_vm_declares_your_image")

    def declaration(self, one: Assignment) -> dict[str, Any]:
        return declared(super().declaration(one), image=self.app_image_name(one) + "-mine")


class NeverRestarted(Sabotage):
    """The container would not come up again."""

    begins = "create_container_vm"
    ends = "open_port"
    red = checks("container_vm_restarts_the_container")

    def declaration(self, one: Assignment) -> dict[str, Any]:
        found = super().declaration(one)
        return {"spec": {**found["spec"], "restartPolicy": "Never"}}


class AppOnAnotherPort(NotOnTheWeb):
    """The app listens on a port that no rule opens."""

    red = checks("public_address_serves_the_app")

    def declaration(self, one: Assignment) -> dict[str, Any]:
        return declared(super().declaration(one), command=[*RUN_APP, "--server.port=8600"])


class ContainerVmStopped(Sabotage):
    """The app's VM was stopped and not deleted."""

    begins = "create_container_vm"
    ends = "open_port"
    red = checks("public_address_serves_the_app")

    def open_port(self, one: Assignment) -> None:
        super().open_port(one)
        spec = self.container_vm_spec(one)
        self.stage.compute.stop(spec.name, spec.zone)


class AnotherAppShown(Sabotage):
    """The VM runs the image, and in it another app than the member's."""

    begins = "create_container_vm"
    ends = "open_port"
    red = checks("public_page_shows_the_app")

    def declaration(self, one: Assignment) -> dict[str, Any]:
        return declared(super().declaration(one), command=["python", "-m", "streamlit", "hello"])


class WrongRule(NotOnTheWeb):
    """The firewall rule is not as agreed."""

    begins = "open_port"
    red = checks("rule_opens_the_port")
    changes: ClassVar[dict[str, Any]]

    def open_port(self, one: Assignment) -> None:
        self.close_port(one)
        super().open_port(one)

    def rule(self, one: Assignment) -> Firewall:
        return replace(super().rule(one), **self.changes)


class NoRule(NotOnTheWeb):
    """No firewall rule was created."""

    begins = "open_port"
    red = checks("rule_opens_the_port")

    def open_port(self, one: Assignment) -> None:
        self.close_port(one)


class AllTcpPortsOpened(WrongRule):
    """The rule opens every port there is."""

    changes: ClassVar[dict[str, Any]] = {"allowed": (("tcp", ("0-65535",)),)}


class EverythingOpened(WrongRule):
    """The rule opens every protocol."""

    changes: ClassVar[dict[str, Any]] = {"allowed": (("all", ()),)}


class AnotherPortOpened(WrongRule):
    """The rule opens a port that nothing listens on."""

    changes: ClassVar[dict[str, Any]] = {"allowed": (("tcp", ("8500",)),)}


class OpenedForOneAddress(WrongRule):
    """The rule lets in one address only."""

    changes: ClassVar[dict[str, Any]] = {"source_ranges": ("203.0.113.7/32",)}


class OpenedForTaggedVms(WrongRule):
    """The rule is for VMs with a tag that this one has not."""

    changes: ClassVar[dict[str, Any]] = {"target_tags": ("streamlit",)}


class RuleDisabled(WrongRule):
    """The rule is switched off."""

    changes: ClassVar[dict[str, Any]] = {"disabled": True}


class ContainerVmLeft(Sabotage):
    """The app's VM was not deleted."""

    begins = ends = "delete_container_vm"
    red = checks("no_container_vm_is_left", "no_container_vm_disk_is_left")

    def delete_container_vm(self, one: Assignment) -> None:
        pass


class ContainerVmDiskLeft(Sabotage):
    """The app's VM was deleted, and its disk stayed."""

    begins = "create_container_vm"
    ends = "open_port"
    red = checks("no_container_vm_disk_is_left")

    def container_vm_spec(self, one: Assignment) -> InstanceSpec:
        return replace(super().container_vm_spec(one), disk_auto_delete=False)


class RuleLeft(Sabotage):
    """The firewall rule was not deleted."""

    begins = ends = "close_port"
    red = checks("no_rule_is_left")

    def close_port(self, one: Assignment) -> None:
        pass


class AppImageLeft(Sabotage):
    """The app's image was not deleted from the registry."""

    begins = ends = "delete_app_image"
    red = checks("no_app_image_is_left")

    def delete_app_image(self, one: Assignment) -> None:
        pass


def declared(declaration: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """`declaration` with its container changed."""
    spec = declaration["spec"]
    (container,) = spec["containers"]
    return {"spec": {**spec, "containers": [{**container, **changes}]}}


PUBLISHED = (
    NoContainerVm,
    LargerContainerVm,
    NotMadeForContainers,
    NoContainerDeclared,
    AnotherImageDeclared,
    NeverRestarted,
    AppOnAnotherPort,
    ContainerVmStopped,
    AnotherAppShown,
    NoRule,
    AllTcpPortsOpened,
    EverythingOpened,
    AnotherPortOpened,
    OpenedForOneAddress,
    OpenedForTaggedVms,
    RuleDisabled,
)
APP_CLEANUP = (ContainerVmLeft, ContainerVmDiskLeft, RuleLeft, AppImageLeft)
