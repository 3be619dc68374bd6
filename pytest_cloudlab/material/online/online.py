"""External addresses, looked up politely: the only part of the gate that uses the network, when asked to."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pytest_cloudlab.material.online.answer import Answer, Kind
from pytest_cloudlab.material.online.answers import Answers
from pytest_cloudlab.material.online.manners import Manners
from pytest_cloudlab.waiting import Deadline

AT_ONCE = 8
PER_HOST = 2
WITHIN_S = 300.0


class Online:
    """Put one into `Course.online`, and the rules about external links look them up.

    >>> online = Online(cache=Path("links.json"))
    >>> online.look(["https://example.org/"])
    {'https://example.org/': Answer(kind=<Kind.GOOD: 'good'>, why='', address='')}
    >>> online.not_looked_at
    {}

    Eight addresses at once, two at one host; each is asked for with HEAD, and with GET where that brings
    nothing good. Private networks and this machine are left alone, wherever a redirect leads.
    """

    def __init__(
        self,
        *,
        cache: Path | None = None,
        trusted: Collection[str] = (),
        within_s: float = WITHIN_S,
        at_once: int = AT_ONCE,
        per_host: int = PER_HOST,
        first_pause_s: float = 1.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`cache`: the file of answers. `trusted`: hosts that may be private, e.g. the course's own."""
        self._answers = Answers(cache, now)
        self._seen: dict[str, Answer] = {}
        self._at_once = at_once
        self._per_host = per_host
        self._within_s = within_s
        self._options: dict[str, Any] = {"trusted": frozenset(trusted), "first_pause_s": first_pause_s}

    def look(self, urls: Iterable[str]) -> Mapping[str, Answer]:
        """What became known of each; none is asked for twice, in however many calls. Never raises."""
        asked = {url: url.partition("#")[0] for url in urls}
        new = {url for url in asked.values() if url not in self._seen}
        for url in sorted(new):
            if (known := self._answers.get(url)) is not None:
                self._seen[url] = known
                new.discard(url)
        if new:
            self._visit(sorted(new))
            self._answers.save()
        return {url: self._seen[plain] for url, plain in asked.items()}

    @property
    def not_looked_at(self) -> Mapping[str, str]:
        """Addresses of which nobody could tell, and why."""
        return {
            u: answer.why for u, answer in sorted(self._seen.items()) if answer.kind is Kind.NOT_LOOKED_AT
        }

    def _visit(self, urls: list[str]) -> None:
        lanes = self._lanes(urls)
        manners = Manners(self._per_host)
        deadline = Deadline.after(self._within_s)
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="links") as pool:
            for done in pool.map(lambda lane: self._drive(lane, manners, deadline), lanes):
                for url, answer in done.items():
                    self._seen[url] = answer
                    self._answers.put(url, answer)

    def _lanes(self, urls: list[str]) -> list[SimpleQueue[str]]:
        """As many entries a host as it may have visitors: one with many links does not hold up the others."""
        hosts: dict[str, SimpleQueue[str]] = {}
        count: dict[str, int] = {}
        for url in urls:
            host = url.split("/")[2] if url.count("/") > 1 else ""
            hosts.setdefault(host, SimpleQueue()).put(url)
            count[host] = count.get(host, 0) + 1
        return [queue for host, queue in hosts.items() for _ in range(min(self._per_host, count[host]))]

    def _drive(self, lane: SimpleQueue[str], manners: Manners, deadline: Deadline) -> dict[str, Answer]:
        from pytest_cloudlab.material.online.visit import Visitor  # brings requests along

        done: dict[str, Answer] = {}
        visitor = Visitor(manners, deadline, **self._options)
        try:
            while True:
                url = lane.get_nowait()
                done[url] = visitor.visit(url)
        except Empty:
            return done
        finally:
            visitor.close()
