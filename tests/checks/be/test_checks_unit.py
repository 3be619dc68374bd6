"""Single checks of the mascot lab, given what is hard to bring about on a stage."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_cloudlab.checks.be import test_134_run as run
from pytest_cloudlab.containers import Container, Image


def port_is_mapped(monkeypatch: pytest.MonkeyPatch, exposed: tuple[int, ...], **published: int) -> None:
    monkeypatch.setattr(run.containers, "image", lambda vm, name: Image("sha256:1", (), exposed))
    ports = {int(outer.removeprefix("p")): inner for outer, inner in published.items()}
    lab = SimpleNamespace(parameters=SimpleNamespace(ports=SimpleNamespace(web=8081)))
    one = Container("1", "web:1", "sha256:1", ports, {})
    run.test_port_is_mapped(cast(Any, None), one, cast(Any, lab), "web:1", lambda **values: None)


def test_the_web_port_leads_to_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    port_is_mapped(monkeypatch, (5000,), p8081=5000)


@pytest.mark.parametrize(
    ("exposed", "published", "said"),
    [
        ((5000,), {"p8082": 5000}, "8081 is not mapped"),
        ((5000, 6000), {"p8081": 80}, "the container's 80, but the app is on 5000, 6000"),
        ((), {"p8081": 80}, "the app is on none that its image names"),
    ],
)
def test_a_wrong_mapping_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, exposed: tuple[int, ...], published: dict[str, int], said: str
) -> None:
    """Also when the image names no port: that is the team's work, not a broken check."""
    with pytest.raises(AssertionError, match=said):
        port_is_mapped(monkeypatch, exposed, **published)
