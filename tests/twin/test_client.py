"""Who asked: what real clients send, and what nobody should."""

from __future__ import annotations

import pytest

from pytest_cloudlab.twin.client import client

GCLOUD = (
    "google-cloud-sdk gcloud/528.0.0 command/gcloud.compute.instances.create"
    " invocation-id/ec374f0443fc40da9e9ab2993850c21a environment/None client-os/LINUX python/3.12.10"
)
GSUTIL = (
    "apitools Python/3.12.10 gsutil/5.34 (linux) analytics/disabled interactive/False"
    " invocation-id/05c067474fa54c74b1ed466ca43f7bd9 command/cp google-cloud-sdk/528.0.0"
)
DOCKER = "docker/20.10.24+dfsg1 go/go1.19.8 git-commit/5d6db84 UpstreamClient(Docker-Client/20.10.24)"
GAPIC = "gl-python/3.11.7 grpc/1.85.1 gax/2.44.0 gapic/1.56.0 pb/7.36"
GCCL = "gl-python/3.11.7 gccl/3.4.0 gccl-invocation-id/6b1f9a0c-9c0e-4d38-8ed0-6f3f5f0b0a51"


@pytest.mark.parametrize(
    ("headers", "service", "name", "invocation"),
    [
        ({"User-Agent": GCLOUD}, "compute", "gcloud compute instances create",
         "ec374f0443fc40da9e9ab2993850c21a"),
        ({"User-Agent": GSUTIL}, "storage", "gsutil cp", "05c067474fa54c74b1ed466ca43f7bd9"),
        ({"User-Agent": DOCKER}, "registry", "docker", ""),
        ({"User-Agent": "python-requests/2", "x-goog-api-client": GAPIC}, "compute",
         "google-cloud-compute", ""),
        ({"User-Agent": "gcloud-python/3", "x-goog-api-client": GCCL}, "storage", "google-cloud-storage",
         "6b1f9a0c-9c0e-4d38-8ed0-6f3f5f0b0a51"),
        ({"User-Agent": "python-requests/2", "x-goog-api-client": "gl-python/3.11.7 auth/2.62.2 cred-type/u"},
         "tokens", "google-auth", ""),
        ({"User-Agent": "curl/7.88.1"}, "registry", "curl", ""),
        ({}, "compute", "", ""),
    ],
    ids=lambda value: "" if not isinstance(value, str) else value.replace(" ", "-"),
)  # fmt: skip
def test_real_clients_are_named_as_one_would_type_them(
    headers: dict[str, str], service: str, name: str, invocation: str
) -> None:
    found = client(headers, service)
    assert (found.name, found.invocation) == (name, invocation)


@pytest.mark.parametrize(
    "agent",
    [
        "\x1b[31mred",
        "command/gcloud.\x1b[31m invocation-id/\x1b]0;owned\x07aaaaaaaa",
        "command/" + "gcloud" + ".a" * 100_000,
        "command/gcloud.compute.<script>",
        "invocation-id/" + "f" * 100_000,
        "gsutil/5 " + "x " * 100_000 + "command/cp",
        "日本語/1",
    ],
    ids=["escape", "escape-in-command", "endless-command", "markup", "endless-id", "late-command", "letters"],
)
def test_what_a_stranger_sends_stays_short_and_plain(agent: str) -> None:
    """The log is printed to a terminal."""
    found = client({"User-Agent": agent}, "compute")
    for text in (found.name, found.invocation):
        assert len(text) <= 400
        assert text.isascii()
        assert text.isprintable()
        assert "<" not in text
