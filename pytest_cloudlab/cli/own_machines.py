"""The machines that a student's own roster names, for `cloudlab doctor` to look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.lab import lab_of
from pytest_cloudlab.model import Lab, Roster
from pytest_cloudlab.targets import Target, open_target
from pytest_cloudlab.targets.gh import named_by

VM = "vm"


def own_machines(lab: Lab, roster: Roster, known_hosts: Path) -> dict[str, Callable[[], Target]]:
    """How each is opened: those of `targets`, and the VM that the lab has agreed a name of, whose host key is
    kept in the folder `known_hosts`. None for an instructor's roster: a class is many machines."""
    if not roster.me:
        return {}
    team, member = roster.find(roster.me)
    one = Assignment(lab_of(lab, member), roster, team, member)
    found: dict[str, Callable[[], Target]] = {
        name: partial(_open, one.fill(address)) for name, address in member.targets.items() if address
    }
    template: Any = getattr(getattr(one.lab.parameters, "names", None), "instance", "")
    course = roster.course
    if template and VM not in found and course.project and course.zones and course.ssh_user:
        found[VM] = partial(_attach_vm, one, str(template), known_hosts)
    return found


def _open(address: str) -> Target:
    """A codespace that does not run is left so: however it is entered, GitHub is asked first."""
    name = named_by(address)
    if not name:
        return open_target(address)
    from pytest_cloudlab.clouds.codespaces import Codespaces
    from pytest_cloudlab.clouds.github_token import github_token
    from pytest_cloudlab.providers import codespace

    github = Codespaces(github_token(), deadline_s=5)
    try:
        return codespace.attach(github, name)
    finally:
        github.close()


def _attach_vm(one: Assignment, template: str, known_hosts: Path) -> Target:
    """Its host key has to be one that Compute Engine or gcloud knows."""
    from pytest_cloudlab.clouds.compute import Compute
    from pytest_cloudlab.providers import gce

    course = one.course
    return gce.attach(
        Compute(course.project, deadline_s=5),
        one.fill(template),
        course.zones,
        user=course.ssh_user,
        key=Path(course.ssh_key).expanduser() if course.ssh_key else None,
        known_hosts_dir=known_hosts,
    )
