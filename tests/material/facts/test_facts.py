"""The files of dated facts."""

from __future__ import annotations

import datetime
import re
import time

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.facts.facts import own_facts, read_facts

ENTRY = """
[[fact]]
pattern = 'oldtool'
kind = "command"
since = 2024-01-01
source = "https://example.org/news"
replace_by = "newtool"
"""


def test_there_are_many_and_each_is_whole():
    """The table that ships is read by the same reader as a course's own."""
    facts = own_facts()
    assert len(facts) >= 60
    assert len({fact.pattern for fact in facts}) == len(facts)
    for fact in facts:
        assert fact.source.startswith("https://")
        assert datetime.date(2015, 1, 1) < fact.since < datetime.date(2030, 1, 1)
        assert fact.replace_by


def test_an_entry_is_read():
    """With defaults for what it leaves out."""
    (fact,) = read_facts(ENTRY, "facts.toml")
    assert fact.since == datetime.date(2024, 1, 1)
    assert fact.ends == "gone"
    assert fact.places == {"code"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("2024-01-01", '"soon"'), "fact 1 of my.toml"),
        (("replace_by", "instead"), "fact 1 of my.toml"),
        (('"command"', '"thing"'), "fact 1 of my.toml"),
        (("'oldtool'", "'old('"), "no regular expression"),
        (("'oldtool'", "'(a+)+b'"), "for ever"),
        (("'oldtool'", "'x*'"), "matches anything"),
        (("'oldtool'", "''"), "matches anything"),
        (("https://example.org/news", "a blog"), "not an address"),
        (("[[fact]]", "[[fact"), "not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_the_entry(change, message):
    """As an error of usage: nothing was judged."""
    with pytest.raises(UsageError, match=re.escape(message)):
        read_facts(ENTRY.replace(*change), "my.toml")


@pytest.mark.parametrize("fact", own_facts(), ids=lambda fact: f"{fact.since}-{fact.pattern[:20]}")
def test_what_a_page_needs_to_have_is_in_all_matches(fact):
    """The quick look at a page never hides a match: each of its texts is in the pattern, unescaped."""
    bare = fact.pattern.replace("\\", "")
    assert all(needle in bare for needle in fact.needles)
    assert fact.needles
    assert not fact.may_concern("Nothing of the kind.")


@pytest.mark.parametrize(
    "text",
    ["docker-compose -f a " * 500, "conda create " * 700, "a" * 9000, "x-" * 4000, "/" * 9000, " " * 9000],
)
def test_patterns_do_not_run_away(text):
    """On the longest piece of a line that is looked at."""
    start = time.process_time()
    for fact in own_facts():
        fact.regex.search(text[:2000])
        fact.regex.fullmatch(text[:2000])
    assert time.process_time() - start < 60
