"""Blocks of SQL that do not parse."""

from __future__ import annotations

import logging

import pytest

from pytest_cloudlab.material.languages import sql_text
from pytest_cloudlab.material.rules.sql_blocks import sql_syntax
from tests.material.rules.judged import judge, places


@pytest.mark.parametrize(
    ("code", "place", "said"),
    [
        ("SELEC * FROM orders", (1, 1), "no statement begins with `SELEC`"),
        ("SELECT a b c FROM orders", (1, 12), "`c` is not expected here"),
        ("SELECT *\nFROM", (2, 1), "the name of a table is expected behind `FROM`"),
        ("CREATE TABLE a (\n  id INT\n  name TEXT\n)", (3, 3), "a `)` or a comma is missing near `name`"),
        ("INSERT INTO a VALUES (1, 'b'", (1, 26), "a `)` or a comma is missing near `'b'`"),
        ("SELECT 'it's'", (1, 13), "this quote is never closed"),
        ("UPDATE a SET b = 1 WHERE", (1, 20), "something is missing at `WHERE`"),
        ("SELECT a FROM b GROUP c", (1, 23), "`c` is not expected here"),
        ("SELECT a, b,\nFROM c", (1, 12), "a comma stands before `FROM`"),
        ("CREATE TABLE a (\n  id INT,\n);", (2, 9), "a comma stands before `)`"),
        ("CREATE TABEL a (id INT)", (1, 8), "`CREATE` is followed by `TABEL`"),
        ("SELECT 1;\nDELETE FORM a", (2, 8), "`DELETE` is followed by `FORM`"),
        ("INSERT INOT a VALUES (1)", (1, 8), "`INSERT` is followed by `INOT`"),
        ("-- count\nSELECT COUNT(* FROM a", (2, 16), "missing near `FROM`"),
    ],
)
def test_what_no_dialect_takes_is_found_where_it_is_wrong(
    code: str, place: tuple[int, int], said: str
) -> None:
    found = judge(sql_syntax, code, "sql")
    assert places(found) == [place]
    assert said in found[0].message


@pytest.mark.parametrize("language", ["sql", "sqlite", "postgresql", "mysql", "bigquery", "tsql"])
def test_sql_has_many_names(language: str) -> None:
    assert places(judge(sql_syntax, "SELECT a b c FROM d", language)) == [(1, 12)]


def test_a_named_dialect_is_judged_as_such() -> None:
    code = "SELECT * FROM `shop.orders`"
    assert places(judge(sql_syntax, code, "postgres")) != []
    assert judge(sql_syntax, code, "mysql") == judge(sql_syntax, code, "sql") == []


@pytest.mark.parametrize(
    "code",
    [
        "SELECT a, b AS c FROM d JOIN e USING (f) WHERE g IN (1, 2) ORDER BY h DESC LIMIT 10;",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SELECT 1\n\nSELECT 2",
        "SELECT 1 FROM a\nSELECT 2 FROM b",
        "-- one\nSELECT 1\n-- two\nSELECT 2",
        "SELECT * FROM <table> WHERE a = {value} AND b = [YOUR VALUE]",
        "SELECT a FROM b WHERE c = %s AND d = :d AND e = ? AND f = $1",
        "SELECT * FROM a WHERE ...",
        "SELECT x y z FROM {{ ref('orders') }}",
        "mysql> SELECT x y z;",
        "shop=# SELECT x y z;",
        "sqlite> .tables\nSELECT x y z",
        "SELECT * FROM a;\n+----+\n| id |\n+----+",
        "\\dt\nSELECT x y z",
        "CREATE FUNCTION f() RETURNS int AS $$ BEGIN x y z END $$",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN x y z; END",
        "GRANT ALL ON a TO b",
        "SHOW TABLES",
        "CREATE EXTENSION vector",
        "PRAGMA table_info(a)",
        "COPY a FROM 'b.csv' CSV HEADER",
        "SELECT * FROM `a.b.c` QUALIFY ROW_NUMBER() OVER (ORDER BY d) = 1",
        "SELECT TOP 3 [a b] FROM c",
        "SELECT ',', \",\" FROM c -- a, from b",
        "CREATE OR REPLACE VIEW a AS SELECT 1",
        "SELECT f(a, (b)) FROM c;",
        "SELECT 'one;selec' FROM a",
        "SELECTION",
        "",
        "-- only a comment",
    ],
)
def test_what_some_dialect_takes_is_no_finding(code: str) -> None:
    assert judge(sql_syntax, code, "sql") == []


@pytest.mark.parametrize("language", ["", "text", "python", "cypher", "kql"])
def test_other_languages_are_not_judged(language: str) -> None:
    assert judge(sql_syntax, "SELECT a b c FROM d", language) == []


def test_some_databases_take_a_comma_at_the_end() -> None:
    code = "SELECT a,\nFROM b"
    assert places(judge(sql_syntax, code, "sql")) == places(judge(sql_syntax, code, "mysql")) == [(1, 9)]
    assert judge(sql_syntax, code, "bigquery") == []
    assert judge(sql_syntax, code, "sql", above="Ask DuckDB:\n") == []


def test_without_sqlglot_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_text, "available", lambda: False)
    assert judge(sql_syntax, "SELECT a b c FROM d", "sql") == []


def test_sqlglot_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    level = logging.getLogger("sqlglot").level
    judge(sql_syntax, "ALTER TABLE a ADD COLUMN b", "sql")
    assert caplog.records == []
    assert logging.getLogger("sqlglot").level == level


def test_what_is_nested_too_deep_is_not_judged() -> None:
    assert judge(sql_syntax, "SELECT " + "(" * 5_000, "sql") == []
