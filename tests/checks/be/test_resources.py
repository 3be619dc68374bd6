from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

LAB = Path(__file__).parents[3] / "checks" / "be"
RESOURCES = LAB / "bucket" / "be"
MAKE = runpy.run_path(str(LAB / "resources" / "make.py"))
MASCOTS = ("cat", "dog", "owl", "panda", "yoda")
FILES = {
    "app.py", "AUTHOR.txt", "Dockerfile", "favicon.ico", "template.html.jinja2",
    *(f"imgs/{number}.gif" for number in range(1, 6)),
}  # fmt: skip

Open = Callable[..., FlaskClient]


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Gives the client of a mascot's app, run from a copy of its folder."""

    def opened(mascot: str = "cat", *, author: str = "Ada", user: str | None = "Grace") -> FlaskClient:
        folder = shutil.copytree(RESOURCES / mascot, tmp_path / mascot)
        (folder / "AUTHOR.txt").write_text(author + "\n", encoding="utf-8")
        monkeypatch.delenv("USER", raising=False)
        if user is not None:
            monkeypatch.setenv("USER", user)
        client: FlaskClient = runpy.run_path(str(folder / "app.py"))["app"].test_client()
        return client

    return opened


def shown(client: FlaskClient) -> Any:
    return BeautifulSoup(client.get("/").text, "html.parser")


@pytest.mark.parametrize("mascot", MASCOTS)
def test_page_shows_mascot_author_and_user(open_app: Open, mascot: str) -> None:
    """Each folder's app names its own mascot, the author in its file and the user of its process."""
    page = shown(open_app(mascot))
    assert page.select_one("main[data-mascot]")["data-mascot"] == mascot
    assert page.select_one("h1").text == mascot
    assert page.select_one("strong#author").text == "Ada"
    assert page.select_one("strong#user").text == "Grace"
    assert not page.select("#hint")


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", '"><b>&amp;', "{{ 7 * 7 }}", "ليلى بنت أحمد", "Zoë O'Neil 🐼", "x" * 300],
    ids=["script", "quote", "template", "arabic", "accents", "long"],
)
def test_names_are_shown_as_they_are_written(open_app: Open, name: str) -> None:
    """A name is text, whatever it holds: no markup comes of it and nothing is cut."""
    client = open_app(author=name, user=name)
    page = shown(client)
    assert page.select_one("#author").text == name
    assert page.select_one("#user").text == name
    assert not page.select("script, b")


@pytest.mark.parametrize("user", [None, "", "  "], ids=["unset", "empty", "blank"])
def test_missing_user_is_hinted_at(open_app: Open, user: str | None) -> None:
    """Without USER the page names no user, and says which variable is empty."""
    page = shown(open_app(user=user))
    assert page.select_one("#user").text == ""
    assert "USER" in page.select_one("#hint").text


def test_placeholder_is_shown_literally(open_app: Open) -> None:
    """An author file that nobody edited shows its placeholder, not an HTML tag."""
    assert shown(open_app(author="<your name>")).select_one("#author").text == "<your name>"


def test_every_picture_turns_up_and_loads(open_app: Open) -> None:
    """Refreshing shows every picture in time, each with its own text, and every one can be loaded."""
    client = open_app()
    seen: dict[str, str] = {}
    for _ in range(200):  # the odds that one of five never turns up are below 1e-18
        picture = shown(client).select_one("img#gif")
        seen[picture["src"]] = picture["alt"]
    assert seen == {f"/imgs/{number}.gif": f"cat, picture {number}" for number in range(1, 6)}
    for source in seen:
        with client.get(source) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/gif")
            assert answer.data.startswith(b"GIF89a")


def test_page_is_never_kept(open_app: Open) -> None:
    """No browser or proxy may keep the page, or a refresh would show the same picture."""
    assert open_app().get("/").headers["Cache-Control"] == "no-store"


def test_icon_and_health_answer(open_app: Open) -> None:
    """The icon is an icon, the health page is fine, and what is not there is not found."""
    client = open_app()
    with client.get("/favicon.ico") as icon:
        assert icon.data.startswith(b"\0\0\1\0")
    assert client.get("/healthz").status_code == 200
    for missing in ("/imgs/6.gif", "/imgs/../AUTHOR.txt", "/AUTHOR.txt", "/app.py"):
        assert client.get(missing).status_code == 404


def test_page_loads_nothing_from_elsewhere(open_app: Open) -> None:
    """The page is whole without any other host."""
    html = open_app().get("/").text
    assert not re.search(r"(https?:)?//\w|@import|url\(", html)


def test_written_files_are_up_to_date(tmp_path: Path) -> None:
    """The folders hold what make.py writes; run it after a change in source/."""
    MAKE["write"](tmp_path)
    written = {
        path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert len(written) == 4 * len(MASCOTS)
    assert {name: (RESOURCES / name).read_bytes() for name in written} == written


@pytest.mark.parametrize("mascot", MASCOTS)
def test_folder_is_what_students_expect(mascot: str) -> None:
    """A folder holds the ten files and nothing else."""
    folder = RESOURCES / mascot
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == FILES
    assert (folder / "AUTHOR.txt").read_text(encoding="utf-8") == "<your name>\n"


def test_ports_differ() -> None:
    """Every mascot's Dockerfile sets and exposes one port, which no other mascot has."""
    ports = {}
    for mascot in MASCOTS:
        dockerfile = (RESOURCES / mascot / "Dockerfile").read_text(encoding="utf-8")
        [ports[mascot]] = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
        assert f"ENV PORT={ports[mascot]}\n" in dockerfile
    assert len(set(ports.values())) == len(MASCOTS)


def test_new_author_keeps_the_installed_layer() -> None:
    """Flask is installed before AUTHOR.txt is copied, so a new name does not install it again."""
    dockerfile = (RESOURCES / "cat" / "Dockerfile").read_text(encoding="utf-8")
    assert dockerfile.index("pip install") < dockerfile.index("COPY")
    assert dockerfile.index("COPY imgs") < dockerfile.index("COPY AUTHOR.txt")


@pytest.mark.parametrize("mascot", MASCOTS)
def test_pictures_are_small_moving_and_all_different(mascot: str) -> None:
    """Five different animations of 320 x 320, each at most 60 KB and of 8 to 14 frames."""
    pictures = [(RESOURCES / mascot / "imgs" / f"{number}.gif").read_bytes() for number in range(1, 6)]
    assert len(set(pictures)) == 5
    for picture in pictures:
        assert len(picture) <= 60_000
        assert picture[6:10] == (320).to_bytes(2, "little") * 2
        assert 8 <= len(re.findall(rb"\x21\xf9\x04.{4}\x00\x2c", picture, re.DOTALL)) <= 14


def test_resources_are_light() -> None:
    """All that the package ships of this lab's resources stays below 2 MB."""
    sizes = (path.stat().st_size for path in RESOURCES.rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert sum(sizes) < 2_000_000
