"""The site's own addresses, wherever a page has them."""

from __future__ import annotations

import time

import pytest

from pytest_cloudlab.material.rules.own_addresses import own_address
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import PNG, ask, site_of, told

SITE = "https://octo.github.io/course/"
FILES: dict[str, str | bytes] = {
    "docs/index.md": "# Home\n",
    "docs/set-up.md": "# Set up\n",
    "docs/part/index.md": "# Part\n",
    "docs/files/data (1).csv": "a\n",
    "docs/img/shot.png": PNG,
    "docs/slides/talk.html": "<html></html>",
}


def wrong(text: str, mkdocs: str = "", **settings: object) -> list[str]:
    """A first line that begins with `https:` would be taken for front matter, as mkdocs does."""
    return told(own_address, site_of({**FILES, "docs/a.md": text}, mkdocs, **settings))


NOTHING = "There is nothing at this address of the course's own site"


@pytest.mark.parametrize(
    ("text", "column", "length", "remedy"),
    [
        (f"[x]({SITE}gone/)", 5, 35, "Mend it, or add the page."),
        (f"See {SITE}gone/.", 5, 35, "Mend it, or add the page."),
        (f"<{SITE}gone/>", 2, 35, "Mend it, or add the page."),
        (f"![x]({SITE}img/gone.png)", 6, 42, "Mend it, or add the page."),
        (f"[x]({SITE}setup/)", 5, 36, f"Did you mean {SITE}set-up/?"),
        (f"[x]({SITE}set-up.html#run)", 5, 45, f"Write {SITE}set-up/."),
        (f"[x]({SITE}set-up.md)", 5, 39, f"Write {SITE}set-up/."),
        (f"[x]({SITE}Set-Up/)", 5, 37, f"Write {SITE}set-up/."),
        (f"[x]({SITE}img/Shot.png)", 5, 42, f"Write {SITE}img/shot.png."),
        (f"[x]({SITE}files/)", 5, 36, "Mend it, or add the page."),
        ("(http://octo.github.io/course/gone)", 2, 33, "Mend it, or add the page."),
        (f'<a href="{SITE}gone/">x</a>', 10, 35, "Mend it, or add the page."),
        (f"`{SITE}gone/`", 2, 35, "Mend it, or add the page."),
        (f"**{SITE}gone/**", 3, 35, "Mend it, or add the page."),
    ],
)
def test_an_address_with_nothing_behind_it(text: str, column: int, length: int, remedy: str) -> None:
    (found,) = ask(own_address, site_of({**FILES, "docs/a.md": f"# A\n\n{text}\n"}))
    assert (found.place.line, found.place.column, found.place.length) == (3, column, length)
    assert found.message.startswith(NOTHING)
    assert found.remedy == remedy


def test_code_is_looked_at_too() -> None:
    """Students type it."""
    text = f"```bash\ncurl -O {SITE}files/data.csv\n```\n\n    wget {SITE}gone.zip\n"
    assert [each.split()[0] for each in wrong(text)] == ["docs/a.md:2:9", "docs/a.md:5:10"]


@pytest.mark.parametrize(
    "text",
    [
        f"[x]({SITE})",
        f"[x]({SITE[:-1]})",
        f"[x]({SITE}set-up/)",
        f"[x]({SITE}set-up)",
        f"[x]({SITE}set-up/index.html)",
        f"[x]({SITE}set-up/#run)",
        f"[x]({SITE}set-up/?q=1)",
        f"See {SITE}set-up/.",
        f"See {SITE}set-up, or ({SITE}part/).",
        f"**{SITE}set-up/**",
        f"[x]({SITE}part/)",
        f"[x](<{SITE}files/data (1).csv>)",
        f"[x]({SITE}files/data%20(1).csv)",
        f"({SITE}files/data%20(1).csv)",
        f"[x]({SITE}slides/talk.html#/2)",
        f"![x]({SITE}img/shot.png)",
        f"[x]({SITE}assets/images/favicon.png)",
        f"[x]({SITE}sitemap.xml)",
        f"[x]({SITE}404.html)",
        f"[x]({SITE}search/search_index.json)",
        "[x](https://octo.github.io/)",
        "[x](https://octo.github.io/other/gone/)",
        "[x](https://octo.github.io/course-2/gone/)",
        "[x](https://octo.github.io.example.org/course/gone/)",
        "[x](https://octo.github.io:8000/course/gone/)",
        "[x](https://example.org/course/gone/)",
        f"<!-- {SITE}gone/ -->",
        f"{SITE}{{page}}/",
        f"{SITE}<page>/",
        f"{SITE}$PAGE/",
        f"{SITE}...",
        f"---\nurl: {SITE}gone/\n---\n# A",
        "https://octo.github.io/course/[",
    ],
)
def test_an_address_with_something_behind_it(text: str) -> None:
    """Or that is another's, or none."""
    lead = "" if text.startswith("---") else "# A\n\n"
    assert wrong(f"{lead}{text}\n") == []


@pytest.mark.parametrize(
    ("text", "mkdocs"),
    [
        (f"{SITE}set-up.html", "use_directory_urls: false\n"),
        (f"{SITE}set-up", "use_directory_urls: false\n"),
        (f"{SITE}old/", "plugins:\n  - redirects:\n      redirect_maps: {old.md: set-up.md}\n"),
        (f"{SITE}1.0/set-up/", "plugins: [mike]\n"),
        (f"{SITE}latest/", "extra:\n  version:\n    provider: mike\n"),
        (f"{SITE}api/", "plugins: [gen-files]\n"),
        (f"{SITE}blog/2024/01/01/hello/", "plugins: [blog]\n"),
    ],
)
def test_addresses_depend_on_how_the_site_is_built(text: str, mkdocs: str) -> None:
    assert wrong(f"See {text}\n", mkdocs) == []


@pytest.mark.parametrize("text", [f"{SITE}set-up/", f"{SITE}gone.html"])
def test_without_directory_urls_pages_are_files(text: str) -> None:
    assert len(wrong(f"See {text}\n", "use_directory_urls: false\n")) == 1


def test_aliases_are_the_course_too() -> None:
    aliases = ["https://course.example.org/", "https://old.example.org/2020"]
    text = "See https://course.example.org/part/gone/ https://old.example.org/2020/gone/\n"
    assert [each.split()[0] for each in wrong(text, aliases=aliases)] == ["docs/a.md:1:5", "docs/a.md:1:43"]
    good = (
        "https://course.example.org/set-up/ https://old.example.org/2020/set-up/ https://old.example.org/a/\n"
    )
    assert wrong(good, aliases=aliases) == []


def test_a_host_that_may_have_other_courses_on_it() -> None:
    """Only what is below one of the course's own folders is certain."""
    host = "https://octo.github.io"
    course = course_of(
        {
            "mkdocs.yml": "site_name: A\nsite_url: https://octo.github.io/\n",
            "docs/part/one.md": "",
            "docs/a.md": f"See {host}/other/ {host}/gone {host}/part/gone/\n",
        }
    )
    assert [each.place.column for each in ask(own_address, course)] == [63]


def test_nothing_is_known_of_a_site_that_mkdocs_does_not_make() -> None:
    course = course_of({"docs/a.md": f"See {SITE}gone/\n"}, site_url=SITE)
    assert told(own_address, course) == []


def test_slides_that_are_made_from_their_source() -> None:
    files = {
        **FILES,
        "slides/two.md": "---\nseparator: x\n---\n",
        "docs/a.md": f"See {SITE}slides/two.html\n",
    }
    assert told(own_address, site_of(files)) == []


def test_a_long_line_takes_no_longer_than_its_length() -> None:
    started = time.process_time()
    assert wrong("See " + f"{SITE}gone/ " * 5000 + "(" * 20000 + SITE + ")" * 20000 + "\n")
    assert time.process_time() - started < 30
