"""Rules: small functions that yield what they found. Third parties add theirs by entry point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Literal, TypeVar

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.finding import Found, Severity

Scope = Literal["block", "page", "course"]
GROUP = "pytest_cloudlab.material_rules"
"""Entry points of this group name modules of rules."""
OURS = "pytest_cloudlab.material.rules"
_MARK = "_cloudlab_rule"

Function = TypeVar("Function", bound=Callable[..., Iterable[Found]])


@dataclass(frozen=True)
class Rule:
    """A function and what it is asked with: `(block, page, course)`, `(page, course)` or `(course)`."""

    id: str
    """In lower case with hyphens, e.g. `shell-syntax`."""
    severity: Severity
    scope: Scope
    find: Callable[..., Iterable[Found]]
    online: bool = False
    """Finds something only where the network may be used: `Course.online`."""

    @property
    def title(self) -> str:
        return (self.find.__doc__ or self.id).strip().splitlines()[0]

    @property
    def help(self) -> str:
        """The rest of the function's docstring: what it looks at, and what it leaves alone."""
        lines = (self.find.__doc__ or "").strip().splitlines()[1:]
        return "\n".join(line.strip() for line in lines).strip()


def rule(
    rule_id: str, *, severity: Severity, scope: Scope, online: bool = False
) -> Callable[[Function], Function]:
    """Make a generator of `Found` a rule.

    >>> @rule("todo-left", severity=Severity.WARNING, scope="page")
    ... def todo_left(page, course):
    ...     '''A page says TODO.'''
    ...     for number, line in page.prose:
    ...         if "TODO" in line:
    ...             yield Found(page.at(number), "This is still to be written.")
    """

    def declared(find: Function) -> Function:
        setattr(find, _MARK, Rule(rule_id, severity, scope, find, online))
        return find

    return declared


def rules_of(module: ModuleType) -> Iterator[Rule]:
    """Those that `module` itself defines, in its order."""
    for value in vars(module).values():
        found: Any = getattr(value, _MARK, None)
        if isinstance(found, Rule) and value.__module__ == module.__name__:
            yield found


def load_rules() -> tuple[Rule, ...]:
    """All there are, ours first. Raises `UsageError` for a module that cannot be loaded and for an id that is
    there twice."""
    ours = import_module(OURS)
    modules = [import_module(f"{OURS}.{each.name}") for each in sorted(iter_modules(ours.__path__))]
    for point in entry_points(group=GROUP):
        try:
            modules.append(point.load())
        except Exception as error:
            raise UsageError(
                f"the rules {point.value} cannot be loaded: {error}",
                remedy=f"Mend or uninstall what brings the entry point {point.name!r}.",
            ) from error
    found: dict[str, Rule] = {}
    for module in modules:
        for each in rules_of(module):
            if each.id in found:
                raise UsageError(
                    f"there are two rules {each.id!r}: "
                    f"in {found[each.id].find.__module__} and {module.__name__}",
                    remedy="Rename one of them.",
                )
            found[each.id] = each
    return tuple(found.values())
