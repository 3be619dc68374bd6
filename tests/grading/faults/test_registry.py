"""A registry that answers 503 for a while."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_cloudlab.model import Verdict
from tests.clouds.odd_server import Asked, OddServer

from .classroom import classroom

CHECKS = '''
from pytest_cloudlab.clouds.registry import Registry


def test_pushed():
    """You pushed your image."""
    registry = Registry({host!r}, None, scheme="http", deadline_s=1)
    assert "1.0" in registry.tags("course/app"), "there is no tag 1.0"
'''


def unavailable(asked: Asked) -> None:
    asked.say(503, "try again later")


def tags(*names: str) -> Callable[[Asked], None]:
    return lambda asked: asked.say(200, {"name": "course/app", "tags": list(names)})


def test_an_outage_is_nobodys_zero_and_is_made_good_later(tmp_path: Path) -> None:
    """503 from the first to the last: inconclusive, in one sentence. Once it answers, what it says counts."""
    with OddServer() as server:
        room = classroom(tmp_path, CHECKS.format(host=server.host), {"alice": {}, "bob": {}})
        server.script = unavailable
        room.judge()
        for member in ("alice", "bob"):
            verdict, message = room.found()[member]["pushed"]
            assert verdict is Verdict.INCONCLUSIVE
            assert message.startswith(f"no answer from {server.host} (")
            assert "503" in message
            assert message.endswith("s)")
        server.script = tags("1.0")
        room.judge()
    assert {ones["pushed"] for ones in room.verdicts().values()} == {"passed"}


def test_an_outage_that_ends_within_the_time_for_retries_is_not_noticed(tmp_path: Path) -> None:
    """The same session asks again, and only what it saw then is written down."""
    with OddServer() as server:
        room = classroom(tmp_path, CHECKS.format(host=server.host), {"alice": {}})
        server.plays(*[unavailable] * 4, tags("1.0"))
        room.judge(retry_s=20)
        assert len(server.seen) == 5
    assert room.verdicts() == {"alice": {"pushed": "passed"}}
    assert len(room.observations()) == 1


def test_after_an_outage_an_image_that_is_missing_is_missing(tmp_path: Path) -> None:
    """No false pass either."""
    with OddServer() as server:
        room = classroom(tmp_path, CHECKS.format(host=server.host), {"alice": {}})
        server.plays(*[unavailable] * 3, tags("0.9"))
        room.judge(retry_s=20)
    assert room.found()["alice"]["pushed"] == (Verdict.FAILED, "there is no tag 1.0")
