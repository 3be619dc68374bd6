"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

import msgspec


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table without room for a misspelt key."""


class Names(Table, frozen=True):
    """Templates; `{project}`, `{registry}`, `{team}`, `{member}` and `{mascot}` are filled in."""

    image: str
    instance: str
    resources: str
    bucket_folder: str


class Author(Table, frozen=True):
    file: str
    placeholder: str
    in_image: str
    """Path of the file in the image, without the leading slash."""


class Vm(Table, frozen=True):
    machine_type: str
    image_family: str
    image_project: str
    disk_size_gb: int
    disk_type: str
    scopes: list[str]


class Ports(Table, frozen=True):
    jupyter: int
    web: int


class Selector(Table, frozen=True):
    select: str
    """A CSS selector."""
    value: str
    """`text`, or the name of the attribute that holds the value."""


class PageShows(Table, frozen=True):
    mascot: Selector
    author: Selector
    user: Selector
    picture: Selector
    refreshes: int


class Parameters(Table, frozen=True):
    names: Names
    author: Author
    vm: Vm
    ports: Ports
    page_shows: PageShows
