"""What a lab needs of the machine that it is done on, as its lab.toml declares it: no input, no output."""

from __future__ import annotations

import re
from dataclasses import dataclass

CREDENTIALS = ("google", "github", "registry", "ssh")
COURSE = ("project", "registry", "bucket", "zones", "ssh_user", "ssh_key")
"""What of a roster's [course] a lab may need."""

TOOL = r"[A-Za-z][A-Za-z0-9_.+-]*( *>= *[0-9]+(\.[0-9]+)*)?"
HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"


@dataclass(frozen=True)
class Tool:
    """A command-line tool, by the name of its command."""

    name: str
    at_least: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Tool:
        """
        >>> Tool.parse("gcloud>=450.1")
        Tool(name='gcloud', at_least=(450, 1))
        """
        name, _, version = text.partition(">=")
        return cls(name.strip(), numbers(version))


@dataclass(frozen=True)
class Needs:
    """Where a lab says nothing, nothing is needed, and the hosts are those of its course."""

    tools: tuple[Tool, ...] = ()
    hosts: tuple[str, ...] = ()
    """Those that have to answer, besides the course's registry."""
    credentials: tuple[str, ...] = ()
    """Some of `CREDENTIALS`."""
    extras: tuple[str, ...] = ()
    """Extras of pytest-cloudlab that its checks import from."""
    course: tuple[str, ...] = ()
    """Some of `COURSE`."""
    browser: bool = False


def numbers(version: str) -> tuple[int, ...]:
    """
    >>> numbers("1.82.4"), numbers("")
    ((1, 82, 4), ())
    """
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version))
