"""A twin's control planes, as a walkthrough's scenes ask them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_cloudlab.twin.state import TwinInfo

if TYPE_CHECKING:
    from pytest_cloudlab.clouds.codespaces import Codespaces
    from pytest_cloudlab.clouds.compute import Compute
    from pytest_cloudlab.clouds.registry import Registry
    from pytest_cloudlab.clouds.storage import Bucket
    from pytest_cloudlab.rehearsal.project import Project

BUCKET = "cloudlab-resources"
REGISTRY_HOST = "eu.gcr.io"


class Clients:
    """The part of a stage that needs no more than the twin. They work inside `environment`."""

    twin: TwinInfo

    @property
    def compute(self) -> Compute:
        from pytest_cloudlab.clouds.compute import Compute

        return Compute(self.twin.project)

    @property
    def project(self) -> Project:
        from pytest_cloudlab.rehearsal.project import Project

        return Project(self.twin.project)

    @property
    def github(self) -> Codespaces:
        from pytest_cloudlab.clouds.codespaces import Codespaces
        from pytest_cloudlab.clouds.github_token import github_token

        return Codespaces(github_token())

    @property
    def registry(self) -> Registry:
        from pytest_cloudlab.clouds.credentials import access_token
        from pytest_cloudlab.clouds.registry import Registry

        return Registry(REGISTRY_HOST, access_token)

    @property
    def bucket(self) -> Bucket:
        from pytest_cloudlab.clouds.credentials import access_token
        from pytest_cloudlab.clouds.storage import Bucket

        return Bucket(BUCKET, access_token)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Clients in this process and its children talk to the twin whose variables these are."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
