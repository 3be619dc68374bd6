"""Pages spread over the cores, by processes that share the course as it was read."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.look import COURSE, Asking, Broken, Look
from pytest_cloudlab.material.markdown.rendering import Rendered
from pytest_cloudlab.material.page import Page, Scanned

_READ = ("scanned", "rendered")
"""What rules for the course ask of every page."""


def read_ahead(course: Course, paths: Sequence[str], workers: int) -> None:
    """Scan and render the pages, so that no process does it for another's page again."""
    with _pool(course, workers) as pool:
        try:
            for path, known in pool.map(_read, _longest_first(course, paths)):
                vars(course.pages[path]).update(known)
        except BrokenProcessPool:
            return  # asking the rules will say on which page


def ask(
    asking: Asking, paths: Sequence[str], rules: Sequence[str], workers: int
) -> Iterator[tuple[str, str, tuple[Look, ...]]]:
    """`("page", path, what the rules say of it)` as it is known, and `("rule", id, …)` for the course's.

    A rule that ends its process, as a library's crash does, takes nobody's findings along: what was lost is
    asked again, each alone.
    """
    todo = [("page", path) for path in _longest_first(asking.course, paths)]
    todo += [("rule", rule) for rule in rules]
    lost: list[tuple[str, str]] = []
    with _pool(asking, workers) as pool:
        running: dict[Future[tuple[Look, ...]], tuple[str, str]] = {}
        for one in todo:
            try:
                running[pool.submit(_ask, *one)] = one
            except BrokenProcessPool:
                lost.append(one)
        for done in as_completed(running):
            try:
                yield *running[done], done.result()
            except BrokenProcessPool:
                lost.append(running[done])
    for kind, name in lost:
        with _pool(asking, 1) as alone:
            try:
                yield kind, name, alone.submit(_ask, kind, name).result()
            except BrokenProcessPool:
                told = "the process that looked ended unexpectedly"
                is_page = kind == "page"
                broken = Broken("" if is_page else name, name if is_page else COURSE, told)
                look = Look(name, name, broken=(broken,)) if is_page else Look(COURSE, broken=(broken,))
                yield kind, name, (look,)


_shared: Any = None


def _share(value: Any) -> None:
    global _shared  # a process of a pool serves one course, and gets its tasks as names of pages
    _shared = value


@contextmanager
def _pool(shared: Any, workers: int) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, context, _share, (shared,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _longest_first(course: Course, paths: Sequence[str]) -> list[str]:
    return sorted(paths, key=lambda path: -len(course.pages[path].text))


def _read(path: str) -> tuple[str, dict[str, Scanned | Rendered]]:
    page: Page = _shared.pages[path]
    known = {}
    for name in _READ:
        try:
            known[name] = getattr(page, name)
        except Exception:  # noqa: S112 - the rules that ask for it will meet it again, and say so
            continue
    return path, known


def _ask(kind: str, name: str) -> tuple[Look, ...]:
    asking: Asking = _shared
    if kind == "page":
        return asking.about_page(asking.course.pages[name])
    return (asking.about_course(name),)
