"""Names that look like misspellings of each other."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.names.nearness import near


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("webapp", "webap"),
        ("webapp", "wepapp"),
        ("webapp", "weabpp"),
        ("webapp", "webappp"),
        ("webapp", "Webapp"),
        ("webapp", "web-app"),
        ("web-app", "web_app"),
        ("recording", "recordings"),
        ("web-server-1", "webserver-1"),
        (".venv", "venv"),
        ("INSTANCE_NAM", "INSTANCE_NAME"),
    ],
)
def test_near(one: str, other: str) -> None:
    assert near(one, other)
    assert near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("webapp", "webapp"),
        ("web", "wed"),
        ("web1", "web2"),
        ("app-v1", "app-v2"),
        ("app", "app2"),
        ("node-a", "node-b"),
        ("team-a-app", "team-b-app"),
        ("eu-west", "us-west"),
        ("webapp", "webserver"),
        ("client", "server"),
        ("web-app", "web-app-db"),
        ("python3.11", "python3.12"),
        ("", "a"),
    ],
)
def test_meant_to_differ(one: str, other: str) -> None:
    assert not near(one, other)
    assert not near(other, one)
