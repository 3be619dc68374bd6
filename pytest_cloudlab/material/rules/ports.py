"""Ports that change along a page, so that an address leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.names.port import Listener, PortMapping
from pytest_cloudlab.material.names.port_use import PortUse, Visit, known_elsewhere, ports_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.typed import Typed, part_at

MOST = 200
"""Of programs, mappings or addresses on a page; with more of them it is left alone."""
_HEDGES = re.compile(
    r"\b(?:e\.g|for example|for instance|such as|instead|another|other|replace|chang(?:e|es|ed|ing)|taken"
    r"|in use"
    r"|busy|error|not|cannot|random|would|was|were|suppose|imagine|inside|next available|exemple|free)\b|n't",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(?:launch\w*|running|runs?|listen\w*|start\w*|serv(?:e|es|ed|ing)|available|accessible|reach\w*|visit"
    r"|open|connect|browse|go to|see|view|appears?|on)\b[^.;]{0,80}?\bports?:?[ `*]{1,4}(\d{4,5})(?!\d)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?] ")
_DOUBTS = re.compile(
    r"\b(?:if|or|may|might|could|can|should|usually|typically|unless|except|like|already|both|second"
    r"|while)\b",
    re.IGNORECASE,
)
_SERVERS = re.compile(
    r"\b(?:jupyter|streamlit|flask|fastapi|uvicorn|tensorboard|mlflow|grafana|prometheus|postgres\w*"
    r"|mysql|redis"
    r"|mongo\w*|nginx|apache|ssh|https?|database|api|front-?end|back-?end|kafka|spark|airflow|dask|vs ?code"
    r"|code-server|dashboard)\b",
    re.IGNORECASE,
)


@rule("changed-port", severity=Severity.ERROR, scope="page")
def changed_port(page: Page, course: Course) -> Iterator[Found]:
    """A port changes along the page.

    Traces ports from the program that listens (`streamlit run`, `jupyter lab`, `uvicorn`, `flask run`, …)
    through containers (`-p 8080:80`), tunnels (`-L 9000:localhost:8000`) and firewalls to the addresses
    that students open. An address is a finding where nothing can answer: no program, mapping, code or
    sentence of the page, of an earlier or a linked one, and no file of a companion, has its port; so is a
    tunnel whose other end nobody serves, a firewall that opens another port than is used, and a sentence
    that says another port than the command before it. Left alone: pages with a command that may start
    anything (`python app.py`, `docker compose up`), and sentences that say "for example", "instead", "if".
    """
    use = ports_of(page)
    if max(len(use.visits), len(use.mappings), len(use.listeners), len(use.opened), len(use.unknown)) > MOST:
        return
    yield from _visits(page, course, use)
    yield from _claims(page, course, use)
    yield from _mappings(page, use)
    yield from _tunnels(page, use)
    yield from _firewalls(page, use)


def _visits(page: Page, course: Course, use: PortUse) -> Iterator[Found]:
    known = use.here | use.in_code.keys() | use.in_prose
    seen: set[int] = set()
    for visit in use.visits:
        line = page.lines[visit.place.line - 1]
        if visit.port in known or visit.place.line in seen:
            continue
        around = line[max(visit.place.column - 60, 0) : visit.place.column + visit.place.length + 40]
        if _HEDGES.search(around) or "default" in around:
            continue
        sources = [
            (each, typed)
            for each, typed in use.sources
            if typed.line <= visit.place.line and each.here.isdigit()
        ]
        if not sources or _anything(page, use, visit, [typed for _, typed in sources]):
            continue
        if all(typed.branch.excludes(visit.branch) for _, typed in sources):
            continue
        if known_elsewhere(visit.port, page, course):
            continue
        seen.add(visit.place.line)
        yield _nowhere(visit, sources)


def _anything(page: Page, use: PortUse, visit: Visit, sources: list[Typed]) -> bool:
    """Whether a command that is not known may be what answers."""
    part = part_at(page, visit.place.line)
    open_lines = [typed.line for each, typed in use.sources if not each.here.isdigit()]
    if any(part_at(page, line) == part for line in (*use.unknown, *open_lines)):
        return True
    return bool(use.unknown) and not any(part_at(page, typed.line) == part for typed in sources)


def _nowhere(visit: Visit, sources: list[tuple[Listener | PortMapping, Typed]]) -> Found:
    mapped = [each for each, _ in sources if isinstance(each, PortMapping) and each.near != visit.port]
    inner = next((each for each in reversed(mapped) if each.far == visit.port), None)
    if inner:
        where = "inside the container" if inner.kind == "container" else "at the tunnel's other end"
        return Found(
            visit.place,
            f"Port {visit.port} is {where}; line {inner.place.line} makes it port {inner.near} here.",
            f"Write port {inner.near}.",
        )
    source, typed = sources[-1]
    return Found(
        visit.place,
        f"Nothing on the page answers on port {visit.port}; line {typed.line} makes it {source.here}.",
        "Write the same port in both places.",
    )


def _claims(page: Page, course: Course, use: PortUse) -> Iterator[Found]:
    """What sentences say of the port against the command before them."""
    known = use.here | use.in_code.keys()
    for number, line in page.prose:
        match = _CLAIM.search(line[:1000]) if "port" in line else None
        if not match or match[1] in known:
            continue
        port = match[1]
        after = _ENDS.split(line[match.end() : 1000])[0]
        sentence = _ENDS.split(line[: match.start()])[-1] + match[0] + after
        if _HEDGES.search(sentence) or _DOUBTS.search(sentence):
            continue
        part = part_at(page, number)
        if any(part_at(page, at) == part for at in use.unknown) or known_elsewhere(port, page, course):
            continue
        said = _started(page, part, number, use)
        others = {name.lower() for name in _SERVERS.findall(sentence)}
        if said is None or others - {said[0].split("-")[0]}:
            continue
        program, expected, typed = said
        yield Found(
            page.at(number, match.start(1) + 1, len(port)),
            f"The page says port {port}; `{program}`, started on line {typed.line}, listens on {expected}.",
            f"Write port {expected}, or start it on port {port}.",
        )


def _started(page: Page, part: int, line: int, use: PortUse) -> tuple[str, str, Typed] | None:
    """The one program or container that a part of the page has started by then, and its port."""
    found = [
        (listener.program, listener.port, typed)
        for listener, typed in use.listeners
        if typed.line < line and part_at(page, typed.line) == part
    ]
    mapped = [(each, typed) for each, typed in use.mappings if part_at(page, typed.line) == part]
    if not found:
        found = [("docker run", each.near, typed) for each, typed in mapped if typed.line < line]
    ports = {port for _, port, _ in found}
    if len(ports) != 1 or not found[-1][1].isdigit():
        return None
    return found[-1] if all({each.near, each.far} == ports for each, _ in mapped) else None


_LEADS = re.compile(
    r"\bhost(?:'s)? port (\d{2,5})\b.{1,80}?\bto (?:the )?(?:docker|container)(?:'s)? port (\d{2,5})\b",
    re.IGNORECASE,
)


def _mappings(page: Page, use: PortUse) -> Iterator[Found]:
    """What sentences say that a mapping is against the one mapping that the same section has."""
    for number, line in page.prose:
        match = _LEADS.search(line[:1000]) if "port" in line else None
        if not match:
            continue
        section = part_at(page, number, 6)
        there = [
            each
            for each, typed in use.mappings
            if each.kind == "container" and part_at(page, typed.line, 6) == section
        ]
        if (
            len(there) == 1
            and there[0].near == match[1]
            and there[0].far.isdigit()
            and there[0].far != match[2]
        ):
            yield Found(
                page.at(number, match.start(2) + 1, len(match[2])),
                f"The page maps port {match[1]} to port {match[2]} of the container; line"
                f" {there[0].place.line} maps it to"
                f" {there[0].far}.",
                "Write the same port in both places.",
            )


def _tunnels(page: Page, use: PortUse) -> Iterator[Found]:
    """Tunnels that lead to where nobody listens."""
    served = {listener.port for listener, _ in use.listeners}
    served |= {mapping.near for mapping, _ in use.mappings if mapping.kind == "container"}
    for mapping, typed in use.mappings:
        own = 1 if mapping.near == mapping.far else 0
        told = mapping.far in use.in_prose or use.in_code.get(mapping.far, 0) > own
        if mapping.kind != "tunnel" or mapping.far in served or told:
            continue
        after = [each for each in use.listeners if each[1].line > typed.line]
        turned = next((each for each in after if each[0].port == mapping.near), None)
        inside = next(
            (each for each, _ in use.mappings if each.kind == "container" and each.far == mapping.far), None
        )
        part = part_at(page, typed.line)
        near_by = [each for each in after if part_at(page, each[1].line) == part and each[0].port.isdigit()]
        if turned and not own:
            listener, start = turned
            said = (
                f"`{listener.program}`, started on line {start.line}, listens on {listener.port}: this side's"
            )
            remedy = "Write this side's port first, then the one that the program listens on."
        elif inside and not use.unknown:
            said = (
                f"that is inside the container, and line {inside.place.line} makes it {inside.near} outside"
            )
            remedy = f"Let the tunnel lead to port {inside.near}."
        elif near_by and not use.unknown and mapping.far.isdigit():
            listener, start = near_by[0]
            said = f"`{listener.program}`, started on line {start.line}, listens on {listener.port}"
            remedy = (
                f"Let the tunnel lead to port {listener.port}, or start the program on port {mapping.far}."
            )
        else:
            continue
        yield Found(mapping.place, f"The tunnel leads to port {mapping.far}; {said}.", remedy)


def _firewalls(page: Page, use: PortUse) -> Iterator[Found]:
    used = use.here | {visit.port for visit in use.visits} | use.in_prose
    for port, place in use.opened:
        line = page.lines[place.line - 1]
        part = part_at(page, place.line)
        visits = [each for each in use.visits if each.outside and part_at(page, each.place.line) == part]
        told = port in used or use.in_code.get(port, 0) > len(re.findall(rf"(?<!\d){port}(?!\d)", line))
        if told or len({visit.port for visit in visits}) != 1 or port in ("22", "80", "443"):
            continue
        yield Found(
            place,
            f"The firewall opens port {port}; line {visits[0].place.line} goes to port {visits[0].port}.",
            "Write the same port in both places.",
        )
