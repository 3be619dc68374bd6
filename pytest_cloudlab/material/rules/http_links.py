"""Links without encryption."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.markdown.paragraph import paragraphs_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_ADDRESS = re.compile(r"(?<![\w=/])http://([^\s<>\"'`)\]}|\\]{1,300})")
_IN_ATTRIBUTE = re.compile(r"\b(href|src|poster|data|xmlns\w*(?::\w+)?)\s*=\s*[\"']?$", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.-]*[a-z0-9]", re.IGNORECASE)
_AFTER = re.compile(r":\d|[^/?#.,;:!*_]")
"""A port, or what cannot follow a host."""
_PLACEHOLDER = re.compile(r"[{}$<>*%]|\b(?:your|my)[-_.]|[A-Z]{3,}[_-]|x{3}|\.\.\.|…", re.ASCII)
_DOMAINS = "local localhost localdomain internal intranet lan home corp test example invalid onion arpa"
_PRIVATE = frozenset(_DOMAINS.split())
_HOSTS = """
    neverssl.com httpforever.com captive.apple.com detectportal.firefox.com example.com
    example.org example.net archive.ubuntu.com security.ubuntu.com ports.ubuntu.com
    deb.debian.org security.debian.org
"""
_ON_PURPOSE = frozenset(_HOSTS.split())
"""Hosts that answer http and are to, and those of examples."""
_NAMESPACES = ("www.w3.org/", "schemas.", "purl.org/", "xmlns.com/", "java.sun.com/", "maven.apache.org/POM")


@rule("http-links", severity=Severity.WARNING, scope="page")
def http_links(page: Page, course: Course) -> Iterator[Found]:
    """A link to a public site is http, not https.

    Left alone: this machine and private ones, addresses with a port or of numbers, placeholders, namespaces
    of XML, hosts that answer http on purpose, and all code.
    """
    if "http://" not in page.text:
        return
    for paragraph in paragraphs_of(page):
        if "http://" not in paragraph.text:
            continue
        said: set[int] = set()
        for match in _ADDRESS.finditer(paragraph.plain):
            before = _IN_ATTRIBUTE.search(paragraph.plain[max(match.start() - 40, 0) : match.start()])
            if before and before[1].lower().startswith("xmlns"):
                continue
            host = _public_host(match[1])
            place = paragraph.at(match.start(), len("http://") + len(host))
            # `[http://a.org](http://a.org)` is one link.
            if host and place.line not in said:
                said.add(place.line)
                yield Found(
                    place,
                    f"The link to {host} is http: what it brings can be read and changed on the way.",
                    "Write https://, after a try in a browser.",
                )


def _public_host(rest: str) -> str:
    """The host of an ordinary public site; empty for any other."""
    match = _HOST.match(rest)
    if match is None or _AFTER.match(rest, match.end()) or _PLACEHOLDER.search(rest):
        return ""
    host = match[0].lower()
    name, _, last = host.rpartition(".")
    if not name or rest.startswith(_NAMESPACES) or host in _ON_PURPOSE:
        return ""
    if last.isdigit() or last in _PRIVATE or len(last) < 2:
        return ""
    return host
