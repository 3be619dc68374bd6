"""A model trained in the codespace, and brought home."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.codespace_scenes import CodespaceScenes
from pytest_cloudlab.targets import Target

WHEELS = "/root/wheels"
KEPT = "/root/trained.pt"
"""Outside of the repository's folder, where nobody looks for models."""
DOWNLOADS = "~/Downloads"
WHEEL_S, INSTALL_S, TRAIN_S, COPY_S = 120, 1800, 600, 120


class TrainingScenes(CodespaceScenes):
    training_scenes: tuple[Scene, ...] = (
        Scene("install_torch", "2.2", "Install PyTorch"),
        Scene("train", "2.2", "Train the model"),
        Scene("download_model", "2.3", "Bring the model home"),
    )

    # What scenes share.

    def run_training(self, one: Assignment, *options: str) -> None:
        """From the repository's folder, like the page."""
        self.codespace(one).check(
            f"cd %s && python3 training/training.py{' %s' * len(options)}",
            self.workspace(one),
            *options,
            timeout_s=TRAIN_S,
        )

    def model(self, one: Assignment) -> str:
        """The path that it is saved at."""
        return f"{self.workspace(one)}/{one.lab.parameters.model.file}"

    # The scenes.

    def install_torch(self, one: Assignment) -> None:
        codespace = self.codespace(one)
        if codespace.run("python3 -c 'import torch'", timeout_s=60).ok:
            return
        wheel = self._carry_wheel(codespace)
        codespace.check("pip install --quiet --no-compile %s", wheel or "torch", timeout_s=INSTALL_S)

    def _carry_wheel(self, codespace: Target) -> str:
        """A wheel that pip has at hand on this machine, put into the codespace; empty when there is none.

        One for machines without a graphics card is a twentieth of what the package index has.
        """
        version = codespace.check("python3 -c 'import sys; print(*sys.version_info[:2], sep=\".\")'")
        with tempfile.TemporaryDirectory() as folder:
            pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-index", "--no-deps")
            fitting = ("--only-binary", ":all:", "--python-version", version, "--dest", folder, "torch")
            subprocess.run((*pip, *fitting), capture_output=True, timeout=WHEEL_S)
            for wheel in Path(folder).glob("torch-*.whl"):
                codespace.write(f"{WHEELS}/{wheel.name}", wheel.read_bytes())
                return f"{WHEELS}/{wheel.name}"
        return ""

    def train(self, one: Assignment) -> None:
        """Once: the script seeds its chance, so training again would save the same weights."""
        codespace = self.codespace(one)
        if not codespace.run("test -e %s", KEPT).ok:
            self.run_training(one, "--epochs", "2", "--save-model")
            codespace.check("cp %s %s", self.model(one), KEPT)
        codespace.check("cp %s %s", KEPT, self.model(one))

    def download_model(self, one: Assignment) -> None:
        self.laptop(one).check(
            f"mkdir -p {DOWNLOADS} && cd {DOWNLOADS} && gh codespace cp -c %s %s ./",
            self.name(one),
            f"remote:{self.model(one)}",
            timeout_s=COPY_S,
        )
