"""Images that the twin's Harbor has from the start: those that a platform's environments are made of.

They are built here, and come into the registry when somebody first asks for them there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from functools import partial
from pathlib import Path

from pytest_cloudlab.twin.hub import image_layout
from pytest_cloudlab.twin.images import ensure_images, image
from pytest_cloudlab.twin.registry_store import RegistryStore

PROJECT = "mlops-pub"
IMAGES = {
    (f"{PROJECT}/vscode-server", "v4-16-1"): "code-server",
    (f"{PROJECT}/vscode-server", "latest"): "code-server",
    (f"{PROJECT}/jupyterlab-server", "0-1-0"): "jupyterlab",
    (f"{PROJECT}/jupyterlab-server", "latest"): "jupyterlab",
}
"""Repository and tag -> the one of ours that it is."""


def built(repository: str, reference: str) -> str:
    """The engine's name for a prepared image, built when missing; empty for any other."""
    name = IMAGES.get((repository, reference), "")
    if not name:
        return ""
    ensure_images(lambda _: None, (name,))
    return image(name)


def bring(store: RegistryStore, repository: str, prefix: str) -> None:
    """See to it that the store has the prepared images of that repository, below `prefix`. Blocks: the first
    time on a machine for some 10 s."""
    for (its, tag), name in IMAGES.items():
        kept = f"{prefix}/{its}"
        if its == repository and tag not in store.tags(kept):
            ensure_images(lambda _: None, (name,))
            _take(store, kept, tag, image_layout(name))


def _take(store: RegistryStore, repository: str, tag: str, layout: Path) -> None:
    manifest = (layout / "manifest.json").read_bytes()
    document = json.loads(manifest)
    digests = [document["config"]["digest"], *(layer["digest"] for layer in document["layers"])]
    for digest in digests:
        store.put_blob(repository, digest, partial(_link, layout / digest[7:]))
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    store.put_manifest(repository, digest, manifest)
    store.tag(repository, tag, digest)


def _link(source: Path, to: Path) -> None:
    """One file under two names where that is possible: nobody ever writes to it."""
    try:
        os.link(source, to)
    except OSError:
        shutil.copyfile(source, to)
