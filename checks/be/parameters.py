"""What `lab.toml` sets for this lab, and the types it must have."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


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
    jupyter: Port
    web: Port
    """Of the machine that runs the container: where the page is."""
    tunnel: Port
    """Of the codespace: leads to the VM's web port. A member may have another, under this key."""


class Run(Table, frozen=True):
    on: Literal["vm", "codespace"]
    """The machine that the teammate's image is pulled to and runs on."""


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


class Streamlit(Table, frozen=True):
    """The second part: an app of one's own choosing, put on the web."""

    port: int
    first_file: str
    first_header: str
    """Stands in a heading of the first app's page; upper and lower case are the same."""
    second_repository: str
    """`owner/name` on GitHub."""
    second_header: str
    image: str
    instance: str
    rule: str
    """The name that the page suggests for the firewall rule; checks go by what a rule opens."""


class ContainerVm(Table, frozen=True):
    machine_type: str
    image_project: str
    image_family: str
    disk_size_gb: int
    disk_type: str
    restart_policy: str
    """As `--container-restart-policy` takes it: `always`, `on-failure` or `never`."""


class Parameters(Table, frozen=True):
    names: Names
    author: Author
    vm: Vm
    ports: Ports
    run: Run
    page_shows: PageShows
    streamlit: Streamlit
    container_vm: ContainerVm
