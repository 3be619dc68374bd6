"""The check that has a pod made anew, with a pod that is made up."""

from __future__ import annotations

import pytest

from pytest_cloudlab.checks.workspace import test_120_persistence as checks
from pytest_cloudlab.checks.workspace.workspace import workspace
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Lost, Result
from tests.checks.workspace.stubs import Cluster, Machine, Measured, alice, pod, said


class Restarts(Cluster):
    """Makes the pod anew as soon as it is deleted."""

    def delete_pod(self, namespace: str, name: str) -> None:
        self.has[name] = pod(name, uid="2")


class Remembers(Machine):
    """One whose files are as told after the restart; what is asked of it stays known."""

    def __init__(self, *, kept: bool, home_lost: bool, cleans_up: bool = True) -> None:
        super().__init__()
        self._kept, self._home_lost, self._cleans_up = kept, home_lost, cleans_up
        self._content = ""

    def run(self, command: str, *args: str, **_: object) -> Result:
        self.asked.append(command)
        if command.startswith("printf"):
            self._content = args[0]
            return said()
        if command.startswith("rm") and not self._cleans_up:
            raise Lost("gone")
        if command.startswith("cat"):
            return said(self._content) if self._kept else said("", 1)
        return said("", 0 if self._home_lost else 1)


def judge(machine: Machine, cluster: Cluster | None = None) -> None:
    cluster = cluster or Restarts(pod(owner="StatefulSet/alice-vscode-0"))
    checks.test_work_survives_a_restart(cluster, workspace(alice(), "vscode"), machine, alice(), Measured())


def test_work_that_survives_passes_and_nothing_is_left_behind() -> None:
    machine = Remembers(kept=True, home_lost=True)
    judge(machine)
    assert machine.asked[-1].startswith("rm -f")


def test_a_file_that_is_lost_fails() -> None:
    """Although its folder was there before."""
    with pytest.raises(AssertionError, match="was lost with the pod"):
        judge(Remembers(kept=False, home_lost=True))


def test_a_home_directory_that_outlives_the_pod_fails() -> None:
    with pytest.raises(AssertionError, match="outlived the pod"):
        judge(Remembers(kept=True, home_lost=False))


def test_what_goes_wrong_is_told_not_that_nobody_could_clean_up() -> None:
    with pytest.raises(CouldNotLook, match="left alone"):
        judge(Remembers(kept=True, home_lost=True, cleans_up=False), Cluster(pod()))


def test_a_file_that_was_written_before_another_could_not_be_is_removed() -> None:
    machine = Machine(said(), said("", 1), said())
    with pytest.raises(CouldNotLook, match="no file can be written"):
        judge(machine)
    assert machine.asked[-1].startswith("rm -f")
