"""The HTML report: one file that loads nothing, runs nothing and shows everything."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Evidence, Member
from pytest_cloudlab.reports import html
from pytest_cloudlab.standing import Card
from tests.reports import sample

PLAIN_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "header",
        "main",
        "footer",
        "section",
        "article",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "span",
        "b",
        "i",
        "small",
        "bdi",
        "a",
        "time",
        "code",
        "pre",
        "ul",
        "li",
        "dl",
        "dt",
    ),
    *("dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "img"),
}


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def page(store: EvidenceStore, *cards: Card, title: str = "") -> BeautifulSoup:
    path = store.folder.parent / "index.html"
    html.write(cards, store, path, title=title)
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def row(soup: BeautifulSoup, check: str) -> Tag:
    found = soup.find("li", id=f"m1-{check}")
    assert isinstance(found, Tag)
    return found


def said(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def test_a_failed_check_says_what_why_and_where(store: EvidenceStore) -> None:
    """The message, the hint, the points, the measured values; its step links to the page's section."""
    soup = page(store, sample.card())
    failed = row(soup, "test_image_name")
    assert "failed" in failed["class"]
    text = said(failed)
    for part in (
        "to fix",
        '"<your name>", yours',
        "Build it again after",
        "0 / 2",
        "2025-11-21 09:30:14",
        "1234",
    ):
        assert part in text
    heading = failed.find_previous("h3")
    assert isinstance(heading, Tag)
    link = heading.find("a")
    assert isinstance(link, Tag)
    assert link["href"] == "https://example.org/1_5_be.html#113-build-your-docker-image"


def test_every_other_state_has_its_words(store: EvidenceStore) -> None:
    """In text, not only in colour."""
    soup = page(store, sample.card())
    assert "waits for: Your image carries your name" in said(row(soup, "test_pushed"))
    assert "Could not tell: no answer" in said(row(soup, "test_ssh"))
    assert "Not your fault; nothing is lost." in said(row(soup, "test_ssh"))
    assert "changes something" in said(row(soup, "test_restart"))
    assert "judged at the end" in said(row(soup, "test_vm_gone"))
    assert "achieved" in said(row(soup, "test_author"))
    assert "Next Your image carries your name (1.1.3)" in said(soup.find("p", class_="next"))


def test_the_overview_has_everybody(store: EvidenceStore) -> None:
    """A row for each member and a cell for each check that leads to it; one member needs no overview."""
    soup = page(store, sample.card(), sample.all_passed(Member("bob", "Bob")))
    rows = soup.select("table tbody tr")
    assert [said(one.th) for one in rows] == ["Alice Martin rocket · 4 / 16", "Bob rocket · 16 / 16"]
    links = rows[0].select("td a")
    assert [one.get_text(" ", strip=True).split(" ", 1)[1] for one in links][:3] == [
        "achieved",
        "achieved",
        "to fix",
    ]
    assert len(links) == len(sample.CHECKS)
    for one in soup.select("a[href^='#']"):
        assert soup.find(id=str(one["href"])[1:]), one
    assert page(store, sample.card()).find("table") is None


def test_ids_are_unique(store: EvidenceStore) -> None:
    """Two members of one name, or one member twice, do not get in each other's way."""
    soup = page(store, sample.card(), sample.card())
    ids = [one["id"] for one in soup.find_all(id=True)]
    assert len(ids) == len(set(map(str, ids)))


def test_evidence_is_inside_the_file(store: EvidenceStore) -> None:
    """A picture as data with a text for who cannot see it, a text as text; what is gone is said to be."""
    soup = page(store, sample.with_evidence(store))
    picture = row(soup, "test_page_mascot").find("img")
    assert isinstance(picture, Tag)
    kind, _, data = str(picture["src"]).partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == sample.png()
    assert "page.png" in str(picture["alt"])
    assert "Running on http://0.0.0.0:8081" in said(row(soup, "test_page_mascot").find("pre"))
    assert "gone.txt : its file is gone" in said(row(soup, "test_image_name"))


@pytest.mark.parametrize(
    ("media_type", "data", "note"),
    [
        ("image/svg+xml", b"<svg onload='alert(1)'/>", "not shown here"),
        ("image/png", b"<script>alert(1)</script>", "not shown here"),
        ('text/html" onload="x', b"<script>alert(1)</script>", ""),
        ("application/pdf", b"%PDF", "not shown here"),
        ("image/png", sample.png()[:8] + b"\0" * html.MAX_PICTURE_BYTES, "too large"),
        ("text/plain", b"", "empty"),
        ("text/plain", b"y" * (html.LONGEST_TEXT + 1), "the first 20,000 of 20,001 characters"),
    ],
)
def test_evidence_that_is_not_what_it_claims(
    store: EvidenceStore, media_type: str, data: bytes, note: str
) -> None:
    """Only real pictures become pictures, markup is text, and what is left out is said to be."""
    kept = store.put("e", data, media_type)
    soup = page(store, sample.card(changes={"test_resources": {"evidence": (kept,)}}))
    assert soup.find("img") is None
    assert note in said(row(soup, "test_resources"))
    assert {tag.name for tag in soup.find_all(True)} <= PLAIN_TAGS


@pytest.mark.parametrize("text", sample.HOSTILE)
def test_hostile_text_is_only_text(store: EvidenceStore, text: str) -> None:
    """It adds no element and no attribute, and no control character reaches the page."""
    kept = replace(store.put("x", b"some", "text/plain"), name=text)
    one = sample.hostile(text)
    stand = one.standings[0]
    assert stand.observation is not None
    with_file = replace(stand, observation=replace(stand.observation, evidence=(kept,)))
    hostile = replace(one, standings=(with_file, *one.standings[1:]))
    soup = page(store, hostile, hostile, title=text)
    assert {tag.name for tag in soup.find_all(True)} <= PLAIN_TAGS
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    raw = (store.folder.parent / "index.html").read_text("utf-8")
    assert not [char for char in raw if (ord(char) < 32 and char != "\n") or char in "\x7f\u202e\ufffe"]
    if "\x1b" not in text and "\x00" not in text:
        heading = soup.find("h2", id="m1-name")
        assert isinstance(heading, Tag)
        assert heading.get_text() == text


def test_nothing_is_loaded_and_nothing_runs(store: EvidenceStore) -> None:
    """The policy forbids it, and the page does not try: every address is a link to the lab's page."""
    soup = page(store, sample.with_evidence(store), sample.all_passed())
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:;")
    assert soup.find(["script", "link", "iframe", "object", "form"]) is None
    assert "url(" not in str(soup.style)
    assert "@import" not in str(soup.style)
    assert {str(one["href"]).split("#")[0] for one in soup.find_all("a")} == {
        "",
        "https://example.org/1_5_be.html",
    }


def test_a_page_that_is_no_web_address_is_no_link(store: EvidenceStore) -> None:
    """`javascript:` in a lab's page reaches no attribute."""
    card = sample.card(lab=replace(sample.LAB, page="javascript:alert(1)//"))
    assert page(store, card).find("a") is None


def test_nobody_to_report(store: EvidenceStore) -> None:
    """A report of no card is a page, too."""
    assert said(page(store).h1) == "Report"


def test_a_forged_record_reads_no_other_file(store: EvidenceStore, tmp_path: Path) -> None:
    """A journal that points out of the store shows nothing."""
    (tmp_path / "secret").write_text("hunter2")
    forged = Evidence("x", "../../secret", "text/plain", 7)
    soup = page(store, sample.card(changes={"test_resources": {"evidence": (forged,)}}))
    assert "hunter2" not in str(soup)
