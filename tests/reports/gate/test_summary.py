"""The summary in Markdown."""

from __future__ import annotations

import html
import re
from pathlib import Path

import markdown
import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.reports.gate import summary
from tests.reports.gate import sample

LINK = "https://git.test/octo/course/blob/abc/"


def rendered(text: str) -> str:
    return str(markdown.markdown(text, extensions=["tables", "md_in_html"]))


def test_it_counts_lists_and_folds_the_warnings() -> None:
    text = summary.text(sample.sample(), above="course/", link=LINK)
    assert text.startswith("## Course material\n\n3 errors and 1 warning on 2 pages, 2 blocks.")
    assert "| no-oops | A block says oops. | 2 | 0 |" in text
    assert f'<a href="{LINK}course/docs/build.md?plain=1#L7"><b>course/docs/build.md&#58;7</b></a>' in text
    assert text.index("<code>echo oops</code>") < text.index("<details><summary>1 warning</summary>")
    assert text.index("<details>") < text.index("This is fishy.") < text.index("</details>")
    assert "named-once could not look at docs/ship.md" in text


def test_nothing_found_is_one_sentence() -> None:
    assert summary.text(sample.green()) == "## Course material\n\nNo errors on 1 page, 0 blocks.\n"


@pytest.mark.parametrize("hostile", sample.HOSTILE)
def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    """No element, link, picture, heading or cell of its own."""
    text = summary.text(sample.hostile(hostile), link=LINK)
    page = rendered(text)
    tags = set(re.findall(r"<(/?[a-z0-9]+)", page))
    assert {tag.strip("/") for tag in tags} <= {
        *("h2", "h3", "p", "ul", "li", "b", "a", "br", "code", "table", "thead", "tbody", "tr", "th", "td")
    }
    assert set(re.findall(r'href="(.{26})', page)) <= {LINK[:26]}
    assert not set(text) & set("\x1b\u202e\u2066\x00\r\ud800")


def test_what_the_page_says_can_be_read() -> None:
    text = summary.text(sample.of(sample.finding("cd <your *name*> | `tee`")))
    assert html.unescape(re.findall("<code>(.*)</code>", text)[0]) == "cd <your *name*> | `tee`"


def test_code_in_a_message_is_code() -> None:
    text = summary.text(sample.of(sample.finding(message="Found `a|b`, not `<c>`.", remedy="A ` alone.")))
    assert "Found <code>a&#124;b</code>, not <code>&#60;c&#62;</code>." in text
    assert "→ A &#96; alone." in text


def test_the_table_is_one() -> None:
    assert '<td style="text-align: right;">2</td>' in rendered(summary.text(sample.sample()))


def test_it_stays_below_what_github_takes() -> None:
    """A longer summary would be dropped whole; the rest is counted."""
    many = [sample.finding("x" * 500, line=number) for number in range(1, 9_000)]
    text = summary.text(sample.of(*many))
    assert len(text.encode()) <= summary.MOST_BYTES
    assert re.search(r"…and \d{4} more: cloudlab gate --warnings shows all\.", text)


def test_a_step_s_summary_is_added_to(tmp_path: Path) -> None:
    file = tmp_path / "step.md"
    file.write_text("# Before\n")
    summary.append(sample.green(), file)
    assert file.read_text() == "# Before\n## Course material\n\nNo errors on 1 page, 0 blocks.\n"
    summary.write(sample.green(), file)
    assert file.read_text().startswith("## Course material")


def test_a_step_s_summary_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        summary.append(sample.green(), tmp_path / "none" / "step.md")
