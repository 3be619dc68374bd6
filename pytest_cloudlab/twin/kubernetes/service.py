"""All of Kubernetes that the twin serves."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.environment import in_a_pod
from pytest_cloudlab.twin.harbor import Pulls
from pytest_cloudlab.twin.kubernetes import discovery
from pytest_cloudlab.twin.kubernetes.cluster import Cluster
from pytest_cloudlab.twin.kubernetes.containers import Containers
from pytest_cloudlab.twin.kubernetes.errors import errors_as_kubernetes
from pytest_cloudlab.twin.kubernetes.execution import Execution
from pytest_cloudlab.twin.kubernetes.images import Images
from pytest_cloudlab.twin.kubernetes.kinds import PODS, Object
from pytest_cloudlab.twin.kubernetes.logs import Logs
from pytest_cloudlab.twin.kubernetes.routes import Routes
from pytest_cloudlab.twin.kubernetes.store import Store
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.state import Files, Settings, TwinInfo

BODY_BYTES = 3 * 1024 * 1024


class Kubernetes:
    def __init__(
        self,
        settings: Settings,
        info: TwinInfo,
        saved: Saved,
        authorized: Callable[[str], bool],
        pulls: Pulls,
    ) -> None:
        self._authorized = authorized
        self._store = Store(saved)
        bundle = Files(info.state).bundle
        environment = in_a_pod(info)
        images = Images(pulls)
        self._containers = Containers(settings.network, settings.label, environment, bundle, images)
        self._cluster = Cluster(self._store, self._containers)

    def add_to(self, app: web.Application) -> None:
        service = web.Application(
            middlewares=[errors_as_kubernetes(self._authorized)], client_max_size=BODY_BYTES
        )
        discovery.add_to(service)
        # What is inside of a pod comes first: its routes are the longer ones.
        Execution(self._store, self._containers).add_to(service)
        Logs(self._store, self._containers).add_to(service)
        Routes(self._cluster).add_to(service)
        for name in hosts.KUBERNETES:
            app.add_domain(name, service)

    async def open(self) -> None:
        self._cluster.open()

    async def close(self) -> None:
        await self._cluster.close()

    def pods(self) -> list[Object]:
        return self._store.all(PODS)
