"""What the benchmark of a class compares, and what it measures with."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from bench.class_lab import write_lab, write_plain, write_work
from bench.tree import run
from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.roster import load_roster


def functions(file: Path) -> list[str]:
    return [ast.unparse(one) for one in ast.parse(file.read_text()).body if isinstance(one, ast.FunctionDef)]


def test_both_ask_the_same_of_the_same_machines(tmp_path: Path) -> None:
    """The bodies of the tests are the same text, and nobody has fewer hosts."""
    config, work, key = tmp_path / "config", tmp_path / "work", tmp_path / "key"
    config.write_text("Host *\n User root\n")
    write_work(work, 3)
    roster = write_lab(tmp_path / "ours", [1001, 1002], 3, key=key, known=key, work=work)
    plain = write_plain(tmp_path / "plain", [1001, 1002], 3, ssh_config=config, work=work)
    lab, people = load_roster(roster)
    assert len(read_checks(lab)) == 3
    assert functions(Path(lab.folder) / "test_things.py") == functions(plain / "test_things.py")
    assert [member.targets["vm"] for _, member in people.everyone] == [
        "ssh://root@127.0.0.1:1001",
        "ssh://root@127.0.0.1:1002",
    ]
    assert "ssh://team-001" in (plain / "test_things.py").read_text()
    assert "Host team-001\n Port 1002\n" in config.read_text()


def test_memory_is_that_of_the_whole_tree(tmp_path: Path) -> None:
    """A child's too, and its exit status is told."""
    hold = "b = bytearray(60_000_000); b[::4096] = b'x' * len(b[::4096]); import time; time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}]); print('done')"
    code += "; sys.exit(3)"
    spent = run([sys.executable, "-c", code], cwd=tmp_path, every_s=0.05)
    assert (spent.status, spent.out) == (3, "done\n")
    assert 60 < spent.peak_mb < 200
    assert spent.wall_s > 0.5
