"""This lab's fixtures: every lab's, those of codespaces, and the container that the VM runs."""

from __future__ import annotations

import pytest

from pytest_cloudlab.checks.tunnels.published import Published, published
from pytest_cloudlab.fixtures import *  # noqa: F403
from pytest_cloudlab.fixtures.codespaces import codespace, codespace_name, github, github_codespace
from pytest_cloudlab.fixtures.machines import Machines
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

__all__ = ["codespace", "codespace_name", "github", "github_codespace"]


@pytest.fixture
def inside(machines: Machines, vm: Target, lab: Lab) -> Published:
    """The container that has published the VM's port. Not found: the check fails and says what runs."""
    found = published(vm, lab.parameters.ports.vm)
    return Published(machines.get(f"{vm.address}/{found.id}", lambda: vm.container(found.id)), found.port)
