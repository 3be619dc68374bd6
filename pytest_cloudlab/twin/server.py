"""The twin's process: all services behind one proxy, until it is told to end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from aiohttp import web

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import hosts, hub, process
from pytest_cloudlab.twin.api_error import errors_as_json
from pytest_cloudlab.twin.ca import CertificateAuthority, machine_bundle
from pytest_cloudlab.twin.compute import batch
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.project import Project
from pytest_cloudlab.twin.compute.routes import Routes
from pytest_cloudlab.twin.engine import docker_async
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.indexes import index_hosts
from pytest_cloudlab.twin.oci import errors_as_oci
from pytest_cloudlab.twin.proxy import Proxy
from pytest_cloudlab.twin.registry import Registry
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.request_log import LoggedRequest, RequestLog
from pytest_cloudlab.twin.state import Files, Settings, TwinInfo
from pytest_cloudlab.twin.storage import Storage
from pytest_cloudlab.twin.tokens import Tokens

_log = logging.getLogger(__name__)


async def serve(files: Files, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. `files.info` appears when everything is ready."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        await _start(stack, files, settings)
        await stop.wait()
        files.info.unlink(missing_ok=True)


async def _start(stack: AsyncExitStack, files: Files, settings: Settings) -> None:
    tokens = Tokens(settings)
    authority = CertificateAuthority(f"cloudlab twin {settings.id}")
    files.write_bytes(files.ca, authority.pem)
    files.write_bytes(files.bundle, machine_bundle() + b"\n" + authority.pem)
    files.write_bytes(files.token, settings.token.encode())
    files.write_bytes(files.credentials, tokens.credentials())
    files.home.mkdir(exist_ok=True)

    log = RequestLog(files.requests)
    stack.callback(log.close)
    app = web.Application(middlewares=[log.middleware])
    store = RegistryStore(files.registry)
    stack.push_async_callback(store.stop)
    layout, indexes, _ = await asyncio.gather(
        asyncio.to_thread(hub.image_layout), asyncio.to_thread(index_hosts, BASE), store.start()
    )
    gateway, subnet = await _network(settings)

    def refused(method: str, host: str) -> None:
        log.append(LoggedRequest(datetime.now(UTC), host, method, "", "", 403))

    # The server's port is known after its services are, and those need the proxy's: the TLS site comes last.
    registry = Registry(store, tokens)
    stack.push_async_callback(registry.close)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=2)
    tls_socket = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(tls_port=tls_socket.getsockname()[1], indexes=indexes, refused=refused)
    try:
        port = await proxy.listen("127.0.0.1", settings.port)
        stack.push_async_callback(proxy.close)
        await proxy.listen(gateway, port)
    except OSError as error:
        raise UsageError(
            f"Port {settings.port or port} is taken ({error.strerror}).", remedy="Choose another."
        ) from None

    info = TwinInfo(
        id=settings.id,
        project=settings.project,
        zones=settings.zones,
        state=files.folder,
        port=port,
        gateway=gateway,
        subnet=subnet,
        network=settings.network,
        pid=os.getpid(),
        pid_start=process.started(os.getpid()),
    )
    containers = Containers(settings.network, settings.label, info.container_environment())
    project = Project(settings.project, settings.zones, containers)
    stack.push_async_callback(project.close)
    _add_services(
        app, tokens, project, Storage(settings.project, settings.buckets), registry, hub.Hub(layout)
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, tls_socket, ssl_context=authority.server_context()).start()
    files.write(files.info, info)
    _log.info("ready on port %d", port)


def _add_services(
    app: web.Application,
    tokens: Tokens,
    project: Project,
    storage: Storage,
    registry: Registry,
    images: hub.Hub,
) -> None:
    compute = web.Application(middlewares=[errors_as_json(tokens.valid)])
    Routes(project).add_to(compute)
    batch.add_to(compute)
    # The course's buckets are public: gsutil reads them without credentials where gcloud has only a token.
    buckets = web.Application(middlewares=[errors_as_json(lambda token: not token or tokens.valid(token))])
    storage.add_to(buckets)
    trade = web.Application()
    tokens.add_to(trade)
    google_registry = web.Application(middlewares=[errors_as_oci])
    registry.add_to(google_registry)
    docker_hub = web.Application(middlewares=[errors_as_oci])
    images.add_to(docker_hub)
    hub_tokens = web.Application()
    hub_tokens.router.add_get("/token", hub.anonymous_token)
    for names, service in (
        (hosts.COMPUTE, compute),
        (hosts.STORAGE, buckets),
        (hosts.TOKENS, trade),
        (hosts.REGISTRIES, google_registry),
        (hosts.HUB, docker_hub),
        (hosts.HUB_TOKENS, hub_tokens),
    ):
        for name in names:
            app.add_domain(name, service)


async def _network(settings: Settings) -> tuple[str, str]:
    """Make the twin's network; returns this machine's address on it, and its subnet.

    It leads nowhere but to this machine: what ignores the proxy does not reach the real cloud either.
    """
    await docker_async("network", "create", "--internal", f"--label={settings.label}", settings.network)
    text = await docker_async("network", "inspect", "--format", "{{json .IPAM.Config}}", settings.network)
    config = json.loads(text)[0]
    return config["Gateway"], config["Subnet"]
