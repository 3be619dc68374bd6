"""The reference solution's way from an app's image to the web: a VM that runs it, and a firewall rule."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.parameters import ContainerVm, Vm
from pytest_cloudlab.clouds.compute import InstanceSpec
from pytest_cloudlab.clouds.declaration import CONTAINER_DECLARATION
from pytest_cloudlab.clouds.firewalls import Firewall
from pytest_cloudlab.clouds.registry import split_image
from pytest_cloudlab.errors import NotFound, UsageError
from pytest_cloudlab.fixtures.firewalls import EVERYBODY
from pytest_cloudlab.fixtures.streamlit import HEALTH
from pytest_cloudlab.fixtures.streamlit_server import until_well
from pytest_cloudlab.providers import gce
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.webpage import fetch

PUBLIC_S = 180
VM_TTL_S = 2 * 3600
POLICIES = {"always": "Always", "on-failure": "OnFailure", "never": "Never"}
"""gcloud's word -> the declaration's."""


class PublishScenes:
    """What `StreamlitScenes` goes on with once the image is pushed."""

    stage: Stage

    def app_image_name(self, one: Assignment) -> str:
        return one.fill(one.lab.parameters.streamlit.image)

    def declaration(self, one: Assignment) -> dict[str, Any]:
        """What the VM is told to run."""
        policy = POLICIES[one.lab.parameters.container_vm.restart_policy]
        container = {"name": "app", "image": self.app_image_name(one), "stdin": False, "tty": False}
        return {"spec": {"containers": [container], "restartPolicy": policy}}

    def spec(
        self, one: Assignment, wanted: Vm | ContainerVm, template: str, scopes: Sequence[str],
        metadata: Mapping[str, str],
    ) -> InstanceSpec:  # fmt: skip
        """A VM as the lab wants it, under the name that `template` makes."""
        return InstanceSpec(
            name=one.fill(template),
            zone=one.course.zones[0],
            machine_type=wanted.machine_type,
            image_family=wanted.image_family,
            image_project=wanted.image_project,
            disk_size_gb=wanted.disk_size_gb,
            disk_type=wanted.disk_type,
            scopes=tuple(scopes),
            metadata=metadata,
        )

    def container_vm_spec(self, one: Assignment) -> InstanceSpec:
        wanted = one.lab.parameters
        metadata = {CONTAINER_DECLARATION: json.dumps(self.declaration(one))}  # JSON is YAML
        return self.spec(one, wanted.container_vm, wanted.streamlit.instance, ("storage-ro",), metadata)

    def create_container_vm(self, one: Assignment) -> None:
        self.delete_container_vm(one)
        spec = self.container_vm_spec(one)
        self.stage.vms[spec.name] = gce.provision(
            self.stage.compute,
            spec,
            ledger=self.stage.ledger,
            ttl_s=VM_TTL_S,
            ssh_user=one.course.ssh_user,
            ssh_key=self.stage.ssh_key,
        )

    def rule(self, one: Assignment) -> Firewall:
        wanted = one.lab.parameters.streamlit
        allowed = (("tcp", (str(wanted.port),)),)
        return Firewall(
            one.fill(wanted.rule), "default", "INGRESS", 1000, allowed, source_ranges=(EVERYBODY,)
        )

    def open_port(self, one: Assignment) -> None:
        rule = self.rule(one)
        if rule.name not in {other.name for other in self.stage.compute.firewalls()}:
            with contextlib.suppress(UsageError):  # a teammate was faster: the rule serves all their VMs
                self.stage.compute.create_firewall(rule)
        self.wait_for_public_app(one)

    def wait_for_public_app(self, one: Assignment) -> None:
        """The VM pulls the image first; whoever has opened the port would wait for it too."""
        vm = self.stage.vms[one.fill(one.lab.parameters.streamlit.instance)].instance
        url = f"http://{vm.external_ip}:{one.lab.parameters.streamlit.port}{HEALTH}"
        until_well(lambda: fetch(url), "The app is on the web", PUBLIC_S)

    # The end.

    def delete_container_vm(self, one: Assignment) -> None:
        machine = self.stage.vms.pop(one.fill(one.lab.parameters.streamlit.instance), None)
        if machine is not None:
            machine.release()

    def close_port(self, one: Assignment) -> None:
        with contextlib.suppress(NotFound):  # a teammate did it
            self.stage.compute.delete_firewall(one.fill(one.lab.parameters.streamlit.rule))

    def delete_app_image(self, one: Assignment) -> None:
        name = split_image(self.app_image_name(one))
        with contextlib.suppress(NotFound):  # an earlier cleanup did it
            self.stage.registry.delete(name.repository, name.tag)
