"""`cloudlab twin log`: what the commands of a shell really asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from pytest_cloudlab.cli.durations import Duration
from pytest_cloudlab.cli.twin_state import STATE, existing, running
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.request_log import LoggedRequest, follow, requests

COLUMNS = 80
TOGETHER = timedelta(seconds=2)
"""Calls of a client that has no invocations belong to one command when they are no further apart."""

OWN_HOST = ("registry", "hub", "git", "")
"""Services whose host says which registry or site it is."""

PREFIX = re.compile(r"/(?:(?:resumable/)?(?:upload|download)/)?(?:[a-z]+/)?v\d\w*/")

SHORTER = re.compile(r"(\boperation-|\bsha256:[0-9a-f]{12})[0-9a-f-]{12,}")
"""Names that nobody reads to their end."""

WEEK_S = 7 * 86_400


@click.command()
@STATE
@click.option("--service", type=click.Choice(list(hosts.SERVICES)), help="Only the calls of this service.")
@click.option("--command", metavar="WORDS", help="Only commands with these words: 'compute ssh', gsutil.")
@click.option("--since", type=Duration(WEEK_S), help="Only the calls of the last 30s, 5m, 2h.")
@click.option("-n", "last", type=click.IntRange(0), default=50, show_default=True, help="So many; 0: all.")
@click.option("--follow", "following", is_flag=True, help="Go on with the calls to come, until Ctrl-C.")
@click.option("--json", "to_json", is_flag=True, help="A line of JSON for each call.")
def log(
    state: Path,
    service: str | None,
    command: str | None,
    since: float | None,
    last: int,
    following: bool,
    to_json: bool,
) -> None:
    """Show the calls that the twin answered, under the commands that made them.

    \b
    Examples:
      cloudlab twin log                              the last 50 calls
      cloudlab twin log --command 'compute ssh'      what that command asks
      cloudlab twin log --service registry --since 5m
      cloudlab twin log --follow                     in a second terminal
    """
    files = existing(state)
    settings = files.read_settings()
    if following:
        running(state)
    written = Grouped(settings.project if settings else "") if not to_json else AsJson()
    since_then = datetime.now(UTC) - timedelta(seconds=since) if since else None

    def fits(call: LoggedRequest) -> bool:
        return (
            (service is None or hosts.service(call.service) == service)
            and (command is None or command in call.client)
            and (since_then is None or call.time >= since_then)
        )

    # Opened before the past is read, so that nothing is lost in between.
    to_come = follow(files.folder) if following else iter(())
    past = [call for call in requests(files.folder) if fits(call)][-last:]
    for call in _by_command(past):
        _print(written.lines(call))
    if not past and not following:
        click.echo("The log has no call that fits.", err=True)
    for call in to_come:
        if fits(call) and call not in past:
            _print(written.lines(call))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _by_command(calls: Sequence[LoggedRequest]) -> list[LoggedRequest]:
    """The calls of one invocation together, where its first one is: several commands may run at once."""
    first: dict[str, int] = {}
    place = [
        first.setdefault(call.invocation, number) if call.invocation else number
        for number, call in enumerate(calls)
    ]
    return [calls[number] for number in sorted(range(len(calls)), key=lambda number: place[number])]


class AsJson:
    def lines(self, call: LoggedRequest) -> Iterator[str]:
        yield msgspec.json.encode(call).decode()


class Grouped:
    """Lines of at most 80 columns; those of one command below its name and time."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._before: LoggedRequest | None = None

    def lines(self, call: LoggedRequest) -> Iterator[str]:
        before, self._before = self._before, call
        if before is None or not _together(before, call):
            if before is not None:
                yield ""
            who = plain(call.client, COLUMNS - 10) or "(does not say who it is)"
            yield f"{who:<{COLUMNS - 10}}  {call.time.astimezone():%H:%M:%S}"
        yield self._line(call)

    def _line(self, call: LoggedRequest) -> str:
        method = plain(call.method, 7)
        if not call.path:
            return f"  {method:<7} {_cut(plain(call.service), COLUMNS - 32)}  refused by the proxy"
        name = hosts.service(call.service)
        what = self._what(call, name)
        took = f"{call.duration_ms / 1000:.1f} s" if call.duration_ms >= 1000 else f"{call.duration_ms} ms"
        left = f"  {method:<6} {name:<8} "
        right = f" {call.status} {took:>7}"
        room = COLUMNS - len(left) - len(right)
        return f"{left}{_cut(what, room):<{room}}{right}"

    def _what(self, call: LoggedRequest, service: str) -> str:
        """Without what is the same in each call: the API's name and version, and the twin's project."""
        path = SHORTER.sub(r"\1…", plain(call.path))
        if service in OWN_HOST:
            return plain(call.service) + path
        rest = PREFIX.sub("", path).removeprefix(f"projects/{self._project}/")
        return rest or path


def _together(one: LoggedRequest, other: LoggedRequest) -> bool:
    if one.invocation or other.invocation:
        return one.invocation == other.invocation
    return one.client == other.client and other.time - one.time < TOGETHER


def _cut(text: str, width: int) -> str:
    """What it ends with says more than its middle."""
    if len(text) <= width:
        return text
    head = width // 3
    return f"{text[:head]}…{text[head + 1 - width :]}"
