"""Machines, clusters and people for checks that are called without a twin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.kubernetes import Claim, Conditions, Container, Event, Kubernetes, Pod
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.lab import find_lab, load_lab, with_parameters
from pytest_cloudlab.model import Course, Member, Roster, Team
from pytest_cloudlab.targets import Result, Target

LAB = load_lab(find_lab("workspace"))
REGISTRY = "registry.example/sdd"


def alice(vscode: str = "", jupyterlab: str = "", **parameters: Any) -> Assignment:
    """Hers, with the pods that the roster names; `volume={"path": "/data/"}` changes the lab's parameters."""
    targets = {kind: it for kind, it in (("vscode", vscode), ("jupyterlab", jupyterlab)) if it}
    member = Member("alice", "Alice Martin", targets=targets)
    team = Team("rocket", (member,))
    roster = Roster(Course(project="sdd", registry=REGISTRY), (team,))
    lab = with_parameters(LAB, parameters, changed_by=Path("teams.toml"))
    return Assignment(lab, roster, team, member)


def said(text: str = "", exit_status: int = 0) -> Result:
    return Result(exit_status, text.encode(), b"")


class Machine(Target):
    """One whose answers are given, in the order of its being asked."""

    def __init__(self, *answers: Result | Exception) -> None:
        self.address = "kube://runai-sdd/alice-vscode-0-0"
        self._answers = list(answers)
        self.asked: list[str] = []

    def run(self, command: str, *args: str, **_: Any) -> Result:
        self.asked.append(" ".join((command, *args)))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def run_many(self, commands: Sequence[str | tuple[str, ...]], **_: Any) -> list[Result]:
        return [self.run(*((one,) if isinstance(one, str) else one)) for one in commands]

    def close(self) -> None:
        """There is nothing to close."""


def container(name: str = "main", image: str = "", **more: Any) -> Container:
    """One that runs."""
    return Container(name, image, ready=True, state="running", **more)


def pod(name: str = "alice-vscode-0-0", *containers: Container, **more: Any) -> Pod:
    """One that runs and is ready, unless told otherwise."""
    told = {"phase": "Running", "ready": True, "uid": "1", **more}
    return Pod(name, "runai-sdd", containers=containers or (container(),), **told)


class Cluster(Kubernetes):
    """One that has these pods."""

    def __init__(
        self,
        *pods: Pod,
        told: Conditions | None = None,
        events: Sequence[Event] = (),
        claims: str = "Bound",
    ) -> None:
        self.has = {one.name: one for one in pods}
        self._claims = claims
        self._told, self._events = told or Conditions("", {}), list(events)

    def pod(self, namespace: str, name: str) -> Pod:
        if namespace != "runai-sdd" or name not in self.has:
            raise NotFound(f"no pod {name} in {namespace}")
        return self.has[name]

    def pods(self, namespace: str, *, labels: str = "") -> list[Pod]:
        return list(self.has.values())

    def claim(self, namespace: str, name: str) -> Claim:
        return Claim(name, namespace, "1", self._claims, "20Gi", ("ReadWriteMany",))

    def conditions(self, namespace: str, pod: str) -> Conditions:
        return self._told

    def events(self, namespace: str, pod: str) -> list[Event]:
        return self._events


class Measured(dict[str, Any]):
    """What a check measured."""

    def __call__(self, **values: Any) -> None:
        self.update(values)
