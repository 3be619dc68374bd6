from __future__ import annotations

import pytest

from pytest_cloudlab.clouds.scopes import ALIASES, PREFIX, expand


@pytest.mark.parametrize("alias", ALIASES)
def test_every_alias_expands(alias: str) -> None:
    """Every short name has a long one, and a long one stays as it is."""
    assert expand(alias).startswith(PREFIX)
    assert expand(expand(alias)) == expand(alias)
