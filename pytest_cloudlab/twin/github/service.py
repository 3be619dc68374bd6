"""All of GitHub that the twin serves, but for git itself."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.github.account import Account
from pytest_cloudlab.twin.github.containers import Containers
from pytest_cloudlab.twin.github.errors import errors_as_github
from pytest_cloudlab.twin.github.life import Life
from pytest_cloudlab.twin.github.previews import Previews
from pytest_cloudlab.twin.github.relay import Relay
from pytest_cloudlab.twin.github.routes import Routes
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.state import Settings, TwinInfo


class GitHub:
    """`open` when the twin's proxy answers: what is taken up again clones through it."""

    def __init__(
        self, settings: Settings, info: TwinInfo, saved: Saved, authorized: Callable[[str], bool]
    ) -> None:
        containers = Containers(
            settings.network, settings.label, info.container_environment(), settings.github_token
        )
        self._authorized = authorized
        self._life = Life(containers, saved)
        self._routes = Routes(Account(settings.repositories), self._life)
        self._relay = Relay(self._life, containers)
        self._previews = Previews(self._life, containers, authorized)

    def add_to(self, app: web.Application) -> None:
        for names, add_to in ((hosts.GITHUB, self._routes.add_to), (hosts.RELAY, self._relay.add_to)):
            service = web.Application(middlewares=[errors_as_github(self._authorized)])
            add_to(service)
            for name in names:
                app.add_domain(name, service)
        previews = web.Application()
        self._previews.add_to(previews)
        for name in hosts.PREVIEWS:
            app.add_domain(name, previews)

    async def open(self) -> None:
        await self._life.open()

    async def close(self) -> None:
        await self._previews.close()
        await self._life.close()
