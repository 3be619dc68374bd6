"""The gate as pytest items: one for each block, one for each page, one for the course.

A block's is named `page::heading::ordinal`, a page's `page::page`, the course's `mkdocs.yml::course`: names
that stay when lines are added. An item passes when it has no errors; warnings have a section of their own.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.errors import CloudlabError, UsageError
from pytest_cloudlab.material.baseline import read_baseline
from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.choice import chosen_paths
from pytest_cloudlab.material.ci import review
from pytest_cloudlab.material.configuration import Configuration, read_configuration, require_rules
from pytest_cloudlab.material.excerpt import excerpt
from pytest_cloudlab.material.gate import Gate
from pytest_cloudlab.material.installation import require_libraries
from pytest_cloudlab.material.look import COURSE, Look
from pytest_cloudlab.material.reading import read_course
from pytest_cloudlab.material.rule import load_rules
from pytest_cloudlab.redaction import plain

PAGE = "page"
WARNING = "cloudlab-material-warning"
"""Key of a report's property; it travels from xdist's workers."""


class ErrorsFound(Exception):
    """Its text is the one that `cloudlab gate` prints."""


class MaterialItem(pytest.Item):
    look: Callable[[], Look]
    line: int = 1

    def runtest(self) -> None:
        look = self.look()
        for warning in look.warnings:
            self.user_properties.append((WARNING, excerpt(warning)))
        self._broken = look.broken
        if look.errors:
            raise ErrorsFound("\n\n".join(map(excerpt, look.errors)))

    def teardown(self) -> None:
        """A rule that could not look is an error of pytest's, beside what the other rules found."""
        for one in getattr(self, "_broken", ()):
            said = f"the rule {one.rule} could not look at {one.where}: {one.error}"
            pytest.fail(f"{plain(said)}\nA fault of the rule, not of the page.", pytrace=False)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ErrorsFound | CloudlabError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.nodeid


class Section(pytest.Collector):
    """The blocks under one heading."""

    gate: Gate
    page: str
    blocks: list[Block]

    def collect(self) -> Iterator[MaterialItem]:
        for block in self.blocks:
            item = MaterialItem.from_parent(self, name=str(block.ordinal))
            item.line = block.line
            item.look = partial(self.gate.about_block, self.page, block.name)
            yield item


class PageFile(pytest.File):
    gate: Gate
    page: str

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        page = self.gate.course.pages[self.page]
        whole = MaterialItem.from_parent(self, name=PAGE)
        whole.look = partial(self.gate.about_page, self.page)
        yield whole
        headings: dict[str, list[Block]] = {}
        for block in page.blocks:
            headings.setdefault(block.heading, []).append(block)
        for heading, blocks in headings.items():
            section = Section.from_parent(self, name=plain(heading or "top"))
            section.gate, section.page, section.blocks = self.gate, self.page, blocks
            yield section


class CourseFile(pytest.File):
    gate: Gate

    def collect(self) -> Iterator[pytest.Item]:
        item = MaterialItem.from_parent(self, name=COURSE)
        item.look = self.gate.about_course
        yield item


class Material:
    """Registered when `--material` is given."""

    def __init__(self, config: pytest.Config, folder: str) -> None:
        try:
            require_libraries()
            self._configuration = read_configuration(config.invocation_params.dir / folder)
            self._gate = _gate_of(self._configuration)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        self._root = self._gate.course.root
        self._pages = {self._root / path: path for path in self._gate.paths}
        self._folders = {folder for page in self._pages for folder in page.parents}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Without paths of the user's own, the material is all that is collected."""
        if session.config.args_source is not pytest.Config.ArgsSource.ARGS:
            session.config.args = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Pages may lie in folders that pytest passes by, such as `build`."""
        return False if collection_path in self._pages or collection_path in self._folders else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        if file_path in self._pages:
            return self._page_file(parent, file_path)
        return self._course_file(parent) if file_path == self._course_path else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """The material comes along, unless the user's paths chose some of it."""
        if any(isinstance(item, MaterialItem) for item in items):
            return
        files = [self._page_file(session, path) for path in self._pages]
        for file in (*files, self._course_file(session)):
            items.extend(session.genitems(file))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        told = [
            value
            for outcome in ("passed", "failed")
            for report in terminalreporter.stats.get(outcome, [])
            for key, value in report.user_properties
            if key == WARNING
        ]
        if told:
            terminalreporter.section(f"warnings about the material: {len(told)}", sep="=", yellow=True)
            terminalreporter.write_line("\n\n".join(sorted(told)))

    @property
    def _course_path(self) -> Path:
        """The file that stands for the course: its mkdocs.yml, its settings' file, or its first page."""
        named = self._root / self._configuration.settings.mkdocs
        if named.is_file():
            return named
        return self._configuration.file or next(iter(self._pages))

    def _page_file(self, parent: pytest.Collector, path: Path) -> PageFile:
        file = PageFile.from_parent(parent, path=path)
        file.gate, file.page = self._gate, self._pages[path]
        return file

    def _course_file(self, parent: pytest.Collector) -> CourseFile:
        file = CourseFile.from_parent(parent, path=self._course_path)
        file.gate = self._gate
        return file


def _gate_of(configuration: Configuration) -> Gate:
    rules = load_rules()
    require_rules(configuration, (rule.id for rule in rules))
    settings, today = configuration.settings, datetime.date.today()
    change = review(configuration.root, os.environ)
    course = read_course(
        configuration.root,
        settings,
        today=settings.session or today,
        scheduled=change.scheduled,
        touched=change.touched,
    )
    file = configuration.root / settings.baseline
    return Gate(
        course,
        rules,
        today=today,
        baseline=read_baseline(file, configuration.root) if settings.baseline else None,
        wanted=chosen_paths(course, configuration.focus),
    )
