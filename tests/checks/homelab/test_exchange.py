"""Files that went from one folder to another, each the home of a machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.checks.homelab.exchange import Went, went_across
from pytest_cloudlab.errors import TooMuch
from pytest_cloudlab.targets.target import Target

NAME = "from-desktop.*"
TOO_LARGE = (1 << 20) + 1


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Target, Target]]:
    made = []
    for name in ("desktop", "laptop"):
        (tmp_path / name / "Downloads").mkdir(parents=True)
        opens = f'export HOME="{tmp_path / name}"; exec "$@"'
        made.append(Target(f"stub://{name}", ("sh", "-c", opens, "sh", "sh")))
    with made[0], made[1]:
        yield made[0], made[1]


def went(homes: tuple[Target, Target]) -> Went:
    return went_across(*homes, NAME, 1)


def wrong(homes: tuple[Target, Target]) -> str:
    return went(homes).wrong(NAME, "desktop", "laptop")


def test_a_copy_is_found_by_its_hash(homes: tuple[Target, Target], tmp_path: Path) -> None:
    (tmp_path / "desktop" / "from-desktop.bin").write_bytes(b"weights")
    (tmp_path / "laptop" / "Downloads" / "from-desktop.bin").write_bytes(b"weights")
    found = went(homes)
    assert found.path == str(tmp_path / "laptop" / "Downloads" / "from-desktop.bin")
    assert not found.wrong(NAME, "desktop", "laptop")


@pytest.mark.parametrize(
    ("desktop", "laptop", "said"),
    [
        (None, None, "There is no file from-desktop.* on your desktop."),
        (b"weights", None, "There is no file from-desktop.* on your laptop."),
        (b"", b"", "from-desktop.bin on your desktop is empty."),
        (b"weights", b"", "from-desktop.bin on your laptop is empty."),
        (b"weights", b"another", "holds something else"),
        (b"weights", b"wei", "it was cut short on its way"),
    ],
)
def test_what_did_not_go_across_is_said(
    homes: tuple[Target, Target], tmp_path: Path, desktop: bytes | None, laptop: bytes | None, said: str
) -> None:
    for name, holds in (("desktop", desktop), ("laptop", laptop)):
        if holds is not None:
            (tmp_path / name / "from-desktop.bin").write_bytes(holds)
    assert said in wrong(homes)


def test_what_is_too_large_to_read_is_not_missing(homes: tuple[Target, Target], tmp_path: Path) -> None:
    """Nor is it another file: nobody has looked into it. One that is not too large counts beside it."""
    for name in ("desktop", "laptop"):
        (tmp_path / name / "from-desktop.bin").write_bytes(bytes(TOO_LARGE))
    with pytest.raises(TooMuch, match="1,048,577 bytes"):
        went(homes)
    for name in ("desktop", "laptop"):
        (tmp_path / name / "from-desktop.txt").write_bytes(b"weights")
    assert not wrong(homes)


@pytest.mark.parametrize("size", [7, TOO_LARGE + 1])
def test_a_large_file_is_no_copy_of_another_size(
    homes: tuple[Target, Target], tmp_path: Path, size: int
) -> None:
    (tmp_path / "desktop" / "from-desktop.bin").write_bytes(bytes(TOO_LARGE))
    assert "There is no file from-desktop.* on your laptop." in wrong(homes)
    (tmp_path / "laptop" / "from-desktop.bin").write_bytes(bytes(size))
    assert f"has {size:,} bytes, the one on your desktop 1,048,577" in wrong(homes)
