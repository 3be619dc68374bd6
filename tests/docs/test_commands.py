"""Every command line on a page is one that the command takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from pytest_cloudlab.cli.command import cloudlab
from tests.docs.markdown import PAGES, Page, page

SHELLS = ("shell", "sh", "bash", "console")
LINE = re.compile(r"(?:^|[\s(;])cloudlab((?: +(?:\"[^\"]*\"|'[^']*'|[^\s;|&)`#]+))+)")


def lines(one: Page) -> Iterator[str]:
    """The words after `cloudlab`, of shell blocks and of inline code."""
    code = [block.text.replace("\\\n", " ") for block in one.blocks if block.language in SHELLS]
    code += [text for text in one.inline if text.startswith("cloudlab ")]
    for text in code:
        for line in text.splitlines():
            yield from (found[1].strip() for found in LINE.finditer(line))


def parse(words: str) -> click.Context:
    """What click makes of the line; nothing is run. Raises `click.UsageError`."""
    command: click.Command = cloudlab
    context: click.Context | None = None
    name, args = "cloudlab", shlex.split(words)
    while isinstance(command, click.Group) and args and not args[0].startswith("-"):
        context = click.Context(command, info_name=name, parent=context)
        name, *args = args
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"no command {name}")
        command = found
    return command.make_context(name, args, parent=context)


COMMANDS = [pytest.param(words, id=f"{one.name}: {words}") for one in PAGES for words in lines(one)]


def test_the_pages_show_commands() -> None:
    """Else the tests below would pass on nothing."""
    shown = {str(param.values[0]).split()[0] for param in COMMANDS}
    assert {"check", "rehearse", "twin", "sweep"} <= shown


@pytest.mark.parametrize("words", COMMANDS)
def test_command_lines_parse(words: str) -> None:
    try:
        parse(words)
    except click.MissingParameter:
        # Prose names a command without its arguments: `cloudlab rehearse`.
        assert not words.partition(" ")[2], words


def test_a_wrong_option_is_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse("twin up --nonsense")


def options(command: click.Command) -> set[str]:
    own = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    if not isinstance(command, click.Group):
        return own
    context = click.Context(command)
    inner = (command.get_command(context, name) for name in command.list_commands(context))
    return own.union(*(options(one) for one in inner if one))


# The other pages name options of other programs too.
@pytest.mark.parametrize(
    "one", [page(name) for name in ("README.md", "docs/student.md", "docs/twin.md")], ids=lambda one: one.name
)
def test_options_on_their_own_exist(one: Page, pytestconfig: pytest.Config) -> None:
    """`--final` in a sentence is an option of some command; `--cloudlab-…` one of the plugin."""
    known = options(cloudlab)
    code = one.inline + [block.text for block in one.blocks if block.language in SHELLS]
    named = {name for text in code for name in re.findall(r"(?<![\w-])--cloudlab-[a-z-]*[a-z]", text)}
    for name in named:
        pytestconfig.getoption(name)  # raises ValueError for one that there is not
    alone = {text.split()[0] for text in one.inline if re.match(r"--(?!cloudlab-)[a-z]", text)}
    assert alone <= known
