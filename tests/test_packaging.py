"""What a user installs: the wheel, in a fresh environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pytest_cloudlab.catalogue import read_checks
from pytest_cloudlab.lab import find_lab, known_labs, load_lab

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy: builds that share a source tree get in each other's way.
    names = ["pytest_cloudlab", "checks", "fixtures"]
    for name in names:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, folder / "source", cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_one_package_and_its_data(wheel: Path) -> None:
    """No top-level `checks`, `fixtures` or `tests`; the lab's files, the types' marker and the licence."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"pytest_cloudlab"}
    for needed in (
        "pytest_cloudlab/py.typed",
        "pytest_cloudlab/checks/be/lab.toml",
        "pytest_cloudlab/checks/be_codespace/lab.toml",
        "pytest_cloudlab/checks/be/bucket/be/cat/Dockerfile",
        "pytest_cloudlab/checks/be/bucket/be/yoda/imgs/5.gif",
        "pytest_cloudlab/checks/be/streamlit/Dockerfile",
        "pytest_cloudlab/checks/be/streamlit/first/pictures/nebula-webb.jpg",
        "pytest_cloudlab/checks/be/repositories/fchouteau/isae-demo-streamlit-activation-functions/app.py",
        "pytest_cloudlab/checks/codespaces/repositories/fchouteau/isae-cloud-computing-codespace/training/training.py",
        "pytest_cloudlab/checks/codespaces/repositories/fchouteau/isae-cloud-computing-codespace/training/data/t10k-images-idx3-ubyte.gz",
        "pytest_cloudlab/twin/images/machine/Dockerfile",
        "pytest_cloudlab/material/facts/facts.toml",
        "pytest_cloudlab/reports/report.html.j2",
    ):
        assert needed in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_works_from_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """The lab collects and the command teaches, with nothing installed but the wheel and the lab's extras."""
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    bin_ = tmp_path / "venv" / "bin"
    run(bin_ / "pip", "install", "--quiet", "--disable-pip-version-check", f"{wheel}[gce]", cwd=tmp_path)
    for name, package in known_labs().items():
        collected = run(bin_ / "pytest", "--pyargs", package, "--collect-only", "-q", cwd=tmp_path)
        assert collected.count("::test_") == len(read_checks(load_lab(find_lab(name))))
    told = run(bin_ / "cloudlab", "--help", cwd=tmp_path)
    assert "cloudlab check be --as alice" in told
    installed = run(bin_ / "pip", "list", "--format", "freeze", cwd=tmp_path)
    assert not {"torch", "selenium", "aiohttp", "docker"} & {
        line.split("==")[0] for line in installed.split()
    }
