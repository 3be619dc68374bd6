"""All that is looked at for one lab, part by part."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from pytest_cloudlab.chain import Chain
from pytest_cloudlab.doctor import metadata
from pytest_cloudlab.doctor.browser import look_at_browser
from pytest_cloudlab.doctor.chain import Openers, Survey
from pytest_cloudlab.doctor.credential import look_at_credentials
from pytest_cloudlab.doctor.endpoint import endpoints
from pytest_cloudlab.doctor.extra import look_at_extras
from pytest_cloudlab.doctor.finding import Finding, exit_code
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.network import WITHIN_S, look_at_network
from pytest_cloudlab.doctor.place import Place, find_place, look_at_place
from pytest_cloudlab.doctor.system import look_at_system
from pytest_cloudlab.doctor.tool import look_at_tools
from pytest_cloudlab.model import Course, Lab
from pytest_cloudlab.needs import Needs

Progress = Callable[[str], AbstractContextManager[object]]
"""Entered with what is being looked at, around each part that may take long."""


@dataclass(frozen=True)
class Examination:
    lab: Lab | None
    place: Place
    findings: tuple[Finding, ...]
    offline: bool
    chain: Chain = field(default_factory=lambda: Chain(()))

    @property
    def exit_code(self) -> int:
        return exit_code(self.findings)


@dataclass(frozen=True)
class Patient:
    """Whose machine it is, and what for."""

    lab: Lab | None = None
    course: Course = field(default_factory=Course)
    folder: Path = field(default_factory=Path.cwd)
    machine: Machine = field(default_factory=Machine)
    machines: Openers = field(default_factory=dict)
    """Others of its user's, to be drawn with it."""


def examine(
    patient: Patient,
    *,
    offline: bool = False,
    within_s: float = WITHIN_S,
    progress: Progress = lambda what: nullcontext(),
) -> Examination:
    """`offline` sends nothing anywhere; the network is then left out."""
    machine, lab, course = patient.machine, patient.lab, patient.course
    needs = lab.needs if lab else Needs()
    survey = Survey({} if offline else patient.machines)
    with progress("finding out where this is"):
        place = find_place(machine, ask_metadata=(lambda env: False) if offline else metadata.answers)
    findings = [*look_at_place(place, machine), *look_at_system(machine)]
    with progress("asking the tools for their versions"):
        findings += look_at_tools(needs, machine)
    with progress("asking the browser for its version"):
        findings += look_at_browser(machine, needed=needs.browser)
    findings += look_at_extras(needs)
    on_gce = any(hop.kind == "compute-engine" for hop in place.hops)
    findings += look_at_credentials(needs, course, machine, beside=patient.folder, on_compute_engine=on_gce)
    if not offline:
        hosts = endpoints(lab, course)
        with progress(f"asking {len(hosts)} hosts whether they answer"):
            findings += look_at_network(hosts, machine, within_s=within_s)
    with progress("looking at the machines of the roster"):
        chain = survey.finish(place, machine)
    return Examination(lab, place, tuple(findings), offline, chain)
