"""Blocks of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.complete import elides, is_complete
from pytest_cloudlab.material.languages.flaw import found
from pytest_cloudlab.material.languages.placeholder import fill
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.languages.sql_text import DIALECTS, flaw_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule

_TOLERANT = re.compile(
    r"\b(?:big ?query|duckdb|snowflake|databricks|clickhouse|spark|sql server|t-sql|mssql|motherduck|dbt)\b",
    re.IGNORECASE,
)
"""These take a comma at the end of a list."""


@rule("sql-syntax", severity=Severity.ERROR, scope="block")
def sql_syntax(block: Block, page: Page, course: Course) -> Iterator[Found]:
    """A block of SQL does not parse.

    Judged where sqlglot is installed (the extra `sql`): one that names its dialect by that, one of
    plain `sql` only where every dialect refuses it. Queries, changes of rows, tables, views and indexes. Left
    alone are procedures, sessions with prompts or output, templates, statements with blank lines between.
    """
    if not is_complete(block) or "{{" in block.code:
        return
    script = script_of(block)
    if script.language not in DIALECTS or elides(script.code):
        return
    tolerant = script.language in ("bigquery", "tsql") or _TOLERANT.search(page.text) is not None
    flaw = flaw_of(fill(script.code, "sql").code, script.language, tolerant=tolerant)
    if flaw is not None:
        yield from found(flaw, script, "This SQL")
