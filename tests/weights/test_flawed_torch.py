"""Were torch's own loader to let code run, the process would still hold: shown with a torch that does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pytest_cloudlab.errors import CloudlabError, CouldNotLook, TimedOut, TooMuch, UsageError
from pytest_cloudlab.weights import Digits, Limits, Network, judge
from tests.weights.bombs import archive, pickled

TORCH = """
import os, socket, subprocess, time

class Tensor: pass

def set_num_threads(number): pass

def load(*_, **__):
    try: {code}
    except Exception as error: raise SystemExit(repr(error))
    return {{}}
"""


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("os.system('touch {canary}')", CouldNotLook, "tried to use os.system, which was not let happen"),
        ("subprocess.run(['touch', '{canary}'])", CouldNotLook, "tried to use subprocess.Popen"),
        ("socket.create_connection(('127.0.0.1', 9))", CouldNotLook, "tried to use socket"),
        ("open('{canary}.txt', 'wb', 0).write(b'x')", CouldNotLook, "exit status 1 .*File too large"),
        ("bytearray(2 << 30)", CouldNotLook, "exit status 1 .*MemoryError"),
        ("os.kill(os.getpid(), 11)", CouldNotLook, "ended by SIGSEGV"),
        ("time.sleep(60)", TimedOut, "longer than 3 s"),
        ("print('x' * (8 << 20))", TooMuch, "wrote more than"),
        ("print('no report')", CouldNotLook, "before it could say anything"),
        ("raise MemoryError", CouldNotLook, "MemoryError"),
        ("raise BaseException('odd')", CouldNotLook, "odd"),
    ],
    ids=[
        "shell",
        "program",
        "socket",
        "file",
        "memory",
        "crash",
        "sleep",
        "flood",
        "noise",
        "memory-error",
        "odd",
    ],
)
def test_it_is_contained_and_told(
    code: str, error: type[CloudlabError], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    network: Network, held_out: Digits,
) -> None:  # fmt: skip
    """Inconclusive each time, and nothing happened."""
    canary = tmp_path / "canary"
    (tmp_path / "torch" / "nn").mkdir(parents=True)
    (tmp_path / "torch" / "__init__.py").write_text(TORCH.format(code=code.format(canary=canary)))
    (tmp_path / "torch" / "nn" / "__init__.py").write_text("")
    (tmp_path / "torch" / "nn" / "functional.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started = time.monotonic()
    with pytest.raises(error, match=said):
        judge(archive({"data.pkl": pickled({})}), network, held_out, limits=Limits(wall_s=3))
    assert time.monotonic() - started < 20
    assert not canary.exists()


def test_a_torch_that_cannot_be_imported_is_the_machine_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Network, held_out: Digits
) -> None:
    """Such as one that lacks a library of its own."""
    (tmp_path / "torch.py").write_text("raise ImportError('libgomp.so.1 is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"libgomp\.so\.1 is missing"):
        judge(archive({"data.pkl": pickled({})}), network, held_out)
