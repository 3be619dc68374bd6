"""The images of one name, as the registry's files tell of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_cloudlab.twin.registry_store import RegistryStore

CONFIG_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    digest: str
    media_type: str
    size_bytes: int
    """Of its layers, compressed, as Google counts."""
    blobs: dict[str, int]
    """All that it names, with their sizes."""
    tags: tuple[str, ...]
    uploaded: float
    """Seconds since 1970, as the next two."""
    updated: float
    """When a tag was last put on it."""
    built: float | None
    """What the image says itself; None when it does not."""


def manifests(store: RegistryStore, repository: str) -> Iterator[Manifest]:
    """All of that name, tagged or not, oldest first. What cannot be read is left out."""
    tags = store.tags(repository)
    for digest, uploaded in sorted(store.digests(repository).items(), key=lambda item: (item[1], item[0])):
        try:
            document = json.loads(store.blob(digest))
        except (OSError, ValueError, RecursionError):
            continue
        if not isinstance(document, dict):
            continue
        own = tuple(sorted(tag for tag, of in tags.items() if of == digest))
        times = [store.tagged(repository, tag) for tag in own]
        layers, config = (
            _entries(document, "layers"),
            _entries({"config": [document.get("config")]}, "config"),
        )
        yield Manifest(
            digest,
            str(document.get("mediaType", "")),
            sum(layers.values()),
            layers | config,
            own,
            uploaded,
            max([uploaded, *times]),
            _built(store, config),
        )


def _entries(document: dict[str, Any], key: str) -> dict[str, int]:
    """Digest -> size. A student's client wrote this: nothing is taken for granted."""
    entries = document.get(key)
    return {
        each["digest"]: each["size"]
        for each in (entries if isinstance(entries, list) else ())
        if isinstance(each, dict)
        and isinstance(each.get("digest"), str)
        and isinstance(each.get("size"), int)
        and each["size"] >= 0
    }


def _built(store: RegistryStore, config: dict[str, int]) -> float | None:
    try:
        (digest,) = config
        if store.blob_size(digest) > CONFIG_BYTES:
            return None
        created = json.loads(store.blob(digest))["created"]
        return datetime.fromisoformat(created[:19] + "+00:00").timestamp()
    except (KeyError, TypeError, ValueError, OSError, RecursionError, OverflowError):
        return None
