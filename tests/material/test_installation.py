"""What an installation lacks is said, and is no clean bill."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.installation import unread_sql
from pytest_cloudlab.material.languages import sql_text
from pytest_cloudlab.material.rule import load_rules
from pytest_cloudlab.material.testing import course_of

PAGE = "# A\n\n```sql\nSELECT 1;\n```\n\n```sqlite\nSELECT 2;\n```\n\n```bash\nls\n```\n"


def test_sql_that_nobody_can_read_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    course, rules = course_of({"docs/a.md": PAGE}), load_rules()
    assert unread_sql(course, rules) == ""
    monkeypatch.setattr(sql_text, "available", lambda: False)
    assert unread_sql(course, rules) == "2 blocks"
    assert unread_sql(course, [rule for rule in rules if rule.id != "sql-syntax"]) == ""
    assert unread_sql(course_of({"docs/a.md": "# A\n"}), rules) == ""
