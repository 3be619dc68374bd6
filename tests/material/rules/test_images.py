"""Pictures, videos and sounds, by their exact names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.material.rules.images import missing_image
from pytest_cloudlab.material.site.listing import Listing
from pytest_cloudlab.material.testing import course_of
from tests.material.rules.told import PNG, ask, site_of, told

FILES: dict[str, str | bytes] = {
    "docs/img/shot.png": PNG,
    "docs/img/a b.png": PNG,
    "docs/img/flow.drawio": "<mxfile/>",
    "docs/part/own.png": PNG,
    "docs/video.mp4": b"",
    "outside.png": PNG,
}


def missing(text: str, page: str = "docs/a.md", mkdocs: str = "") -> list[str]:
    return told(missing_image, site_of({**FILES, page: text}, mkdocs))


@pytest.mark.parametrize(
    ("text", "line", "column", "name", "says"),
    [
        ("![x](img/gone.png)", 1, 6, "The picture", "docs/img/gone.png, and there is no"),
        ("![x](img/shots.png)", 1, 6, "The picture", "docs/img/shots.png, and there is no"),
        ("![x](shot.png)", 1, 6, "The picture", "docs/shot.png, and there is no"),
        ("![x](img/Shot.png)", 1, 6, "The picture", "docs/img/shot.png: capital letters"),
        ("![x](img/shot.PNG)", 1, 6, "The picture", "docs/img/shot.png: capital letters"),
        ("![x](IMG/shot.png)", 1, 6, "The picture", "docs/img/shot.png: capital letters"),
        ("![x](../outside.png)", 1, 6, "The picture", "outside.png, and only"),
        ("![x][y]\n\n[y]: img/gone.png", 3, 6, "The picture", "docs/img/gone.png, and there is no"),
        (
            "[![x](img/gone.png)](https://example.org)",
            1,
            7,
            "The picture",
            "docs/img/gone.png, and there is no",
        ),
        ('<img src="img/shot.png">', 1, 11, "The picture", "docs/img/shot.png: in HTML"),
        ('<img src="../img/gone.png">', 1, 11, "The picture", "docs/img/gone.png, and there is no"),
        ('<video><source src="../gone.mp4"></video>', 1, 21, "The video", "docs/gone.mp4, and there is no"),
        ('<video src="video.mp4"></video>', 1, 13, "The video", "docs/video.mp4: in HTML"),
        (
            '<video poster="../img/gone.png"></video>',
            1,
            16,
            "The video",
            "docs/img/gone.png, and there is no",
        ),
        ('<audio src="../gone.mp3"></audio>', 1, 13, "The sound", "docs/gone.mp3, and there is no"),
    ],
)
def test_a_picture_that_is_not_there(text: str, line: int, column: int, name: str, says: str) -> None:
    (said,) = missing(f"{text}\n")
    assert said.startswith(f"docs/a.md:{line}:{column} {name} ")
    assert says in said


@pytest.mark.parametrize(
    "text",
    [
        "![x](img/shot.png)",
        "![x](./img/shot.png)",
        "![x](img/shot.png#only-dark)",
        "![x](img/shot.png?raw=true)",
        "![x](img/a%20b.png)",
        "![x](<img/a b.png>)",
        '![x](img/shot.png "A title")',
        "![x](img/shot.png){ width=300 }",
        "![x](../img/shot.png)",
        "![x](https://example.org/gone.png)",
        "![x](//example.org/gone.png)",
        "![x](data:image/png;base64,AAAA)",
        "![x]({{ logo }})",
        "![x](<{name}.png>)",
        "`![x](img/gone.png)`",
        "```\n![x](img/gone.png)\n```",
        "<!-- ![x](img/gone.png) -->",
        "![x](img/flow.svg)",
        '<img src="../img/shot.png">',
        '<img src="https://example.org/gone.png">',
        '<img src="">',
        '<video src="../video.mp4"></video>',
        '<video controls><source src="../video.mp4" type="video/mp4"></video>',
        '<a href="gone.png">x</a>',
        "[x](gone.png)",
        "!!! note\n    ![x](img/shot.png)",
        "<figure markdown>\n![x](img/shot.png)\n</figure>",
        ":material-check: ![x](../assets/images/favicon.png)",
    ],
)
def test_a_picture_that_is_there(text: str) -> None:
    """Or elsewhere, or another rule's, or drawn when the site is built."""
    assert missing(f"{text}\n") == []


def test_paths_start_from_the_folder_of_the_page() -> None:
    text = "![x](own.png) ![x](../img/shot.png) ![x](img/shot.png)\n"
    assert [each.split()[0] for each in missing(text, page="docs/part/b.md")] == ["docs/part/b.md:1:42"]


def test_html_on_an_index_page_starts_where_its_file_does() -> None:
    text = '<img src="img/shot.png"> <img src="../img/shot.png">\n'
    assert missing(text, page="docs/index.md") == []
    assert missing('<img src="own.png">\n', page="docs/part/index.md") == []
    flat = "use_directory_urls: false\n"
    assert missing('<img src="img/shot.png">\n', mkdocs=flat) == []


@pytest.mark.parametrize("folder", ["assets", "assets/images", "assets/screenshots", "search", "css", "tags"])
@pytest.mark.parametrize("page", ["docs/index.md", "docs/a.md"])
def test_a_theme_puts_only_its_own_files_there(folder: str, page: str) -> None:
    assert len(missing(f"![x]({folder}/gone.png)\n", page=page)) == 1


def test_posts_of_a_blog_have_addresses_of_their_own() -> None:
    text = '<img src="img/shot.png"> ![x](../../img/shot.png) ![x](gone.png)\n'
    found = missing(text, page="docs/blog/posts/hello.md", mkdocs="plugins: [blog]\n")
    assert [each.split()[0] for each in found] == ["docs/blog/posts/hello.md:1:56"]


def test_names_count_exactly_on_every_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the disk itself would open the file by another name."""
    course = course_of({"docs/img/shot.png": PNG})
    monkeypatch.setattr(Path, "is_file", lambda self: True)
    listing = Listing(course.root)
    assert (listing.is_file("docs/img/shot.png"), listing.is_file("docs/img/Shot.png")) == (True, False)
    assert listing.other_case("docs/IMG/Shot.PNG") == "docs/img/shot.png"


def test_a_name_that_two_files_have_but_for_capital_letters() -> None:
    """Which is meant, nobody can tell."""
    course = site_of(
        {"docs/A.png": PNG, "docs/a.png": PNG, "docs/x.md": "![x](a.PNG) ![x](a.png) ![x](A.png)\n"}
    )
    (found,) = ask(missing_image, course)
    assert (found.place.column, found.place.length) == (6, 5)
    assert "no such file" in found.message


def test_pictures_of_a_deck_start_from_its_folder() -> None:
    files: dict[str, str | bytes] = {
        "docs/slides/static/shot.png": PNG,
        "docs/slides/talk.md": "---\nseparator: '---'\n---\n![x](static/shot.png) ![x](static/gone.png)\n",
    }
    assert [each.split()[0] for each in told(missing_image, site_of(files))] == ["docs/slides/talk.md:4:28"]


def test_pictures_of_a_deck_that_are_kept_elsewhere() -> None:
    """Of a deck on its own none is there."""
    text = "---\nseparator: '---'\n---\n![x](static/one.png) ![x](static/two.png)\n"
    assert told(missing_image, site_of({"docs/slides/talk.md": text})) == []
    assert told(missing_image, course_of({"docs/a.md": text})) == []
