"""The words of a container registry as frozen data, and their reading from JSON that nobody vouches for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_cloudlab.errors import CouldNotLook, UsageError

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")


@dataclass(frozen=True)
class ImageName:
    host: str
    repository: str
    tag: str
    """A tag, or a digest `sha256:…`."""


def split_image(name: str) -> ImageName:
    """The parts of a full image name. Raises `UsageError` for a name without a registry.

    >>> split_image("eu.gcr.io/sdd/webapp-gif:rocket-cat-1.0")
    ImageName(host='eu.gcr.io', repository='sdd/webapp-gif', tag='rocket-cat-1.0')
    """
    host, slash, rest = name.partition("/")
    if not slash or not _HOST.fullmatch(host) or not ("." in host or ":" in host or host == "localhost"):
        raise UsageError(f"the image name {name!r} does not start with a registry, such as eu.gcr.io/")
    if "@" in rest:
        repository, _, tag = rest.partition("@")
        repository = repository.partition(":")[0]
    else:
        repository, _, tag = rest.partition(":")
    tag = tag or "latest"
    check_name(repository, tag)
    return ImageName(host, repository, tag)


def check_name(repository: str, reference: str | None = None) -> None:
    """Raises `UsageError` unless both can stand in a registry's address."""
    if not _REPOSITORY.fullmatch(repository) or len(repository) > 255:
        raise UsageError(f"{repository!r} is not the name of an image repository")
    if reference is not None and not (_TAG.fullmatch(reference) or DIGEST.fullmatch(reference)):
        raise UsageError(f"{reference!r} is neither a tag nor a sha256 digest")


@dataclass(frozen=True)
class Layer:
    digest: str
    media_type: str
    size_bytes: int
    """Compressed, as the registry stores it."""


@dataclass(frozen=True)
class Manifest:
    digest: str
    """Of the manifest itself: of the linux/amd64 one where the name led to an index."""
    media_type: str
    config_digest: str
    layers: tuple[Layer, ...]
    """From the bottom to the top."""
    index_digest: str = ""
    """Of the index that led here, where one did: what a tag then points at."""

    @classmethod
    def parse(cls, document: Any, *, digest: str, media_type: str, index_digest: str = "") -> Manifest:
        """Raises `CouldNotLook` for a document that is no manifest of schema 2."""
        if isinstance(document, dict) and document.get("schemaVersion") == 1:
            raise CouldNotLook(
                "the registry holds this image in the form of 2014 (schema 1), which is not read here",
                remedy="Push the image again with a current Docker.",
            )
        try:
            config, layers = document["config"]["digest"], document["layers"]
            found = tuple(
                Layer(str(one["digest"]), str(one.get("mediaType", "")), int(one["size"])) for one in layers
            )
        except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as error:
            raise CouldNotLook("the registry's manifest of this image is not one that can be read") from error
        for wanted in (config, *(layer.digest for layer in found)):
            if not isinstance(wanted, str) or not DIGEST.fullmatch(wanted):
                raise CouldNotLook(
                    "the image's manifest names a part by something other than a sha256 digest"
                )
        return cls(digest, media_type, config, found, index_digest)


@dataclass(frozen=True)
class ImageConfig:
    digest_of_manifest: str
    env: Mapping[str, str] = field(default_factory=dict)
    exposed_ports: tuple[int, ...] = ()
    created: str = ""
    """As the image says, RFC 3339."""
    user: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""
    """What it was built for, e.g. `linux/amd64`; empty where it does not say."""

    @classmethod
    def parse(cls, document: Any, *, digest_of_manifest: str) -> ImageConfig:
        """What is there and has the right type; the rest stays empty. Raises `CouldNotLook` for no object."""
        if not isinstance(document, dict):
            raise CouldNotLook("the image's configuration is not a JSON object")
        inner = document.get("config")
        inner = inner if isinstance(inner, dict) else {}
        system, machine = _text(document.get("os")), _text(document.get("architecture"))
        env, ports, labels = inner.get("Env"), inner.get("ExposedPorts"), inner.get("Labels")
        return cls(
            digest_of_manifest,
            env=dict(one.split("=", 1) for one in env if isinstance(one, str) and "=" in one)
            if isinstance(env, list)
            else {},
            exposed_ports=tuple(
                sorted({int(m[1]) for port in ports if (m := re.fullmatch(r"([0-9]{1,5})(/tcp)?", port))})
            )
            if isinstance(ports, dict)
            else (),
            created=_text(document.get("created")),
            user=_text(inner.get("User")),
            labels={k: v for k, v in labels.items() if isinstance(v, str)}
            if isinstance(labels, dict)
            else {},
            platform=f"{system}/{machine}" if system and machine else "",
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
