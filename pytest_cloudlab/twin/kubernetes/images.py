"""Where the images of pods are: on this machine's engine, which knows none of the twin's registries."""

from __future__ import annotations

from pytest_cloudlab.twin.engine import docker
from pytest_cloudlab.twin.harbor import PullError, Pulls


class Images:
    """Both methods block. They raise `EngineError`."""

    def __init__(self, pulls: Pulls) -> None:
        self._pulls = pulls

    def local(self, image: str) -> str:
        """What the engine calls that image; empty when there is none."""
        if self._pulls.serves(image):
            try:
                return self._pulls.local(image)
            except PullError:
                return ""
        return image if docker("images", "--quiet", image, within_s=20).strip() else ""

    def identity(self, image: str) -> str:
        """Its name with its digest; empty where no registry of the twin knows it."""
        return self._pulls.identity(image) if self._pulls.serves(image) else ""
