"""What there is to say about a link that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.site.destination import Destination, Problem
from pytest_cloudlab.material.site.site import is_page

MEDIA = frozenset({"audio", "embed", "img", "object", "source", "track", "video"})
"""Tags of what is shown on the page itself."""
_NAMES = {
    "audio": "The sound",
    "embed": "The embedded file",
    "iframe": "The frame",
    "img": "The picture",
    "link": "The style sheet",
    "object": "The embedded file",
    "script": "The script",
    "source": "The video",
    "track": "The video's track",
    "video": "The video",
}


def name_of(link: Link) -> str:
    """As a message begins with it: `The link`, `The picture`."""
    return _NAMES.get(link.tag, "The link")


def place_of(page: Page, link: Link) -> Place:
    line = page.lines[link.line - 1] if link.line <= len(page.lines) else ""
    stands = bool(link.target) and line.startswith(link.target, link.column - 1)
    return page.at(link.line, link.column, len(link.target) if stands else 0)


def astray(page: Page, course: Course, wanted: Callable[[Link], bool]) -> Iterator[Found]:
    """Of those links of a page that are `wanted`, the ones that lead nowhere on the course's site."""
    way = course.wayfinder
    if way.is_left_out(page):
        return
    # Scripts and style sheets of packages come with them.
    packages = way.presence.listing.has("package.json")
    links = [
        link
        for link in page.rendered.links
        if wanted(link) and not way.is_own(link.target) and not (packages and link.tag in ("link", "script"))
    ]
    led = [(link, way.follow(page, link)) for link in links]
    if not way.is_judged(page):
        there = {
            found.path for _, found in led if found.path and found.problem is None and found.path != page.path
        }
        missing = {found.path for _, found in led if found.problem is Problem.NOTHING}
        if len(missing) > len(there):
            led = [each for each in led if each[1].problem is not Problem.NOTHING]
    for link, found in led:
        if found.problem is not None:
            message, remedy = _said(link, found, course)
            yield Found(place_of(page, link), message, remedy)


def _said(link: Link, found: Destination, course: Course) -> tuple[str, str]:
    name, path, docs = name_of(link), found.path, course.site.docs
    write = f"Write {_whole(link, found.write)}." if found.write else ""
    match found.problem:
        case Problem.CASE:
            return f"{name} is looked for as {link.target}, and is {path}: capital letters count.", write
        case Problem.SUFFIX:
            return f"{name} leads to no address of the site; as a file, the page is {path}.", write
        case Problem.BUILT:
            return f"{name} leads to no address of the site: {path} is built to another.", write
        case Problem.OUTSIDE:
            said = f"{name} leads to {path}, and only what is in {docs}/ is on the site."
            return said, f"Move it into {docs}/, or link to where else it can be had."
        case Problem.LEFT_OUT:
            said = f"{name} leads to {path}, which {course.site.file} keeps off the site."
            return said, "Let it onto the site, or drop the link."
        case Problem.RAW:
            said = f"{name} misses {path}: in HTML, paths start from the page's address, not from its file."
            return said, write
        case Problem.ABSOLUTE:
            return f"{name} misses {path}: a slash at the beginning means the top of the whole host.", write
        case Problem.BACKSLASH:
            return f"{name} misses {path}: folders are parted by slashes.", write
        case Problem.SCHEME:
            said = f"{name} leads to {path}: without https:// another site's address is a path on this one."
            return said, write
    kind = "page" if is_page(path) else "file" if "." in path.rpartition("/")[2] else "page or folder"
    return f"{name} leads to {path}, and there is no such {kind}.", _maybe(
        link, found
    ) or f"Mend it, or add the {kind}."


def _maybe(link: Link, found: Destination) -> str:
    return f"Did you mean {_whole(link, found.write)}?" if found.write else ""


def _whole(link: Link, path: str) -> str:
    """With what the link says behind its path."""
    ends = [at for at in (link.target.find("?"), link.target.find("#")) if at >= 0]
    return path + (link.target[min(ends) :] if ends else "")
