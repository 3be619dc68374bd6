"""Pages of objects."""

from __future__ import annotations

import pytest

from .conftest import Service, error

NAMES = ["a/", "a/1", "a/b/2", "c", "d/3", "é"]


@pytest.fixture
def filled(team: Service) -> Service:
    for name in reversed(NAMES):
        team.upload(name, b"")
    return team


def test_names_come_in_order(filled: Service) -> None:
    assert filled.names() == NAMES


def test_a_delimiter_folds(filled: Service) -> None:
    page = filled.ask("GET", "/b/team/o", params={"delimiter": "/"}).json()
    assert ([item["name"] for item in page["items"]], page["prefixes"]) == (["c", "é"], ["a/", "d/"])
    page = filled.ask("GET", "/b/team/o", params={"delimiter": "/", "prefix": "a/"}).json()
    assert ([item["name"] for item in page["items"]], page["prefixes"]) == (["a/", "a/1"], ["a/b/"])


def test_a_name_that_ends_in_the_delimiter_is_listed_when_asked_for(filled: Service) -> None:
    """What a console shows as an empty folder is such an object."""
    query = {"delimiter": "/", "includeTrailingDelimiter": "true"}
    page = filled.ask("GET", "/b/team/o", params=query).json()
    assert [item["name"] for item in page["items"]] == ["a/", "c", "é"]
    assert page["prefixes"] == ["a/", "d/"]


def test_a_range_of_names(filled: Service) -> None:
    assert filled.names(startOffset="a/1", endOffset="d/3") == ["a/1", "a/b/2", "c"]


@pytest.mark.parametrize("delimiter", ["", "/"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_add_up_to_the_whole(filled: Service, size: int, delimiter: str) -> None:
    query = {"maxResults": str(size), "delimiter": delimiter}
    seen: list[str] = []
    while True:
        page = filled.ask("GET", "/b/team/o", params=query).json()
        names = [item["name"] for item in page.get("items", [])] + page.get("prefixes", [])
        assert 0 < len(names) <= size
        seen += names
        if "nextPageToken" not in page:
            break
        query["pageToken"] = page["nextPageToken"]
    assert sorted(seen) == (["a/", "c", "d/", "é"] if delimiter else NAMES)


@pytest.mark.parametrize("query", [{"pageToken": "!"}, {"maxResults": "x"}, {"matchGlob": "**"}], ids=str)
def test_what_cannot_be_listed_is_400(filled: Service, query: dict[str, str]) -> None:
    assert error(filled.ask("GET", "/b/team/o", params=query)) == (400, "invalid")
