"""The twin's process: all services behind one proxy, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from aiohttp import web

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.twin import hosts, hub, network, process, runai
from pytest_cloudlab.twin.api_error import errors_as_json
from pytest_cloudlab.twin.artifacts import routes as artifacts
from pytest_cloudlab.twin.artifacts.repositories import Repositories
from pytest_cloudlab.twin.ca import CertificateAuthority, machine_bundle
from pytest_cloudlab.twin.client import client
from pytest_cloudlab.twin.compute import batch
from pytest_cloudlab.twin.compute.containers import Containers
from pytest_cloudlab.twin.compute.project import Project
from pytest_cloudlab.twin.compute.routes import Routes
from pytest_cloudlab.twin.faults import Faults
from pytest_cloudlab.twin.git_host import GitHost
from pytest_cloudlab.twin.github import stand_in
from pytest_cloudlab.twin.github.service import GitHub
from pytest_cloudlab.twin.harbor import Harbor, Pulls
from pytest_cloudlab.twin.images import BASE
from pytest_cloudlab.twin.indexes import index_hosts
from pytest_cloudlab.twin.injection import injection
from pytest_cloudlab.twin.kubeconfig import kubeconfig
from pytest_cloudlab.twin.kubernetes.service import Kubernetes
from pytest_cloudlab.twin.oci import errors_as_oci
from pytest_cloudlab.twin.proxy import Proxy
from pytest_cloudlab.twin.registry import Registry
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.request_log import LoggedRequest, RequestLog
from pytest_cloudlab.twin.resource_manager import ResourceManager
from pytest_cloudlab.twin.rpc_error import errors_as_status
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.service_usage import ServiceUsage
from pytest_cloudlab.twin.state import Files, Settings, TwinInfo
from pytest_cloudlab.twin.storage import Storage
from pytest_cloudlab.twin.tokens import Tokens
from pytest_cloudlab.twin.workspaces import Workspaces

_log = logging.getLogger(__name__)


async def serve(files: Files, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. `files.info` tells of this process when everything is ready.

    What an earlier process of the same twin left is taken up: the VMs know its port and its authority.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        await _start(stack, files, settings)
        await stop.wait()


async def _start(stack: AsyncExitStack, files: Files, settings: Settings) -> None:
    tokens = Tokens(settings)
    before = files.read_info()
    authority = _authority(files, settings)
    files.write_bytes(files.bundle, machine_bundle() + b"\n" + authority.pem)
    files.write_bytes(files.token, settings.token.encode())
    files.write_bytes(files.github_token, settings.github_token.encode())
    files.write_bytes(files.kubeconfig, kubeconfig(files, settings))
    files.write_bytes(files.credentials, tokens.credentials())
    files.write_bytes(files.boto, tokens.boto())
    files.home.mkdir(exist_ok=True)
    stand_in.put(files.bin)
    runai.put(files.bin)

    log = RequestLog(files.requests, bodies=settings.bodies)
    stack.callback(log.close)
    faults = Faults(files.faults)
    app = web.Application(middlewares=[log.middleware, injection(faults)])
    store = RegistryStore(files.registry)
    stack.push_async_callback(store.stop)
    layout, indexes, _ = await asyncio.gather(
        asyncio.to_thread(hub.image_layout), asyncio.to_thread(index_hosts, BASE), store.start()
    )
    net = await asyncio.to_thread(
        network.ensure, settings.network, settings.label, before.subnet if before else ""
    )

    def refused(method: str, host: str, agent: str) -> None:
        who = client({"User-Agent": agent}, "")
        log.append(LoggedRequest(datetime.now(UTC), host, method, "", "", 403, client=who.name))

    # The server's port is known after its services are, and those need the proxy's: the TLS site comes last.
    saved = Saved(files.saved)
    repositories = Repositories(settings.project, store, saved)
    registry = Registry(store, tokens, repositories)
    stack.push_async_callback(registry.close)
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=2)
    tls_socket = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(tls_port=tls_socket.getsockname()[1], indexes=indexes, refused=refused)
    stack.push_async_callback(proxy.close)
    port = before.port if before else settings.port
    try:
        port = await proxy.listen("127.0.0.1", port)
        await proxy.listen(net.gateway, port, net.subnet)
    except OSError as error:
        remedy = "Choose another."
        if before:
            remedy = f"The twin's VMs know no other: end what listens there (ss -ltnp sport = :{port})."
        raise UsageError(f"Port {port} is taken ({error.strerror}).", remedy=remedy) from None

    info = TwinInfo(
        id=settings.id,
        project=settings.project,
        zones=settings.zones,
        state=files.folder,
        port=port,
        gateway=net.gateway,
        subnet=net.subnet,
        network=settings.network,
        pid=os.getpid(),
        pid_start=process.started(os.getpid()),
    )
    containers = Containers(settings.network, settings.label, info.container_environment())
    project = Project(
        settings.project,
        settings.zones,
        containers,
        vms=net.vms,
        saved=saved,
        faults=faults,
    )
    stack.push_async_callback(project.close)
    await project.open()
    storage = Storage(settings.project, settings.buckets, files.storage, saved)
    _add_services(app, tokens, project, storage, registry, hub.Hub(layout))
    for names, add_to in (
        (hosts.ARTIFACTS, artifacts.Routes(repositories, store, saved).add_to),
        (hosts.RESOURCE_MANAGER, ResourceManager(settings.project, saved).add_to),
        (hosts.SERVICE_USAGE, ServiceUsage(settings.project).add_to),
    ):
        service = web.Application(middlewares=[errors_as_status(tokens.valid)])
        add_to(service)
        for name in names:
            app.add_domain(name, service)
    harbor = Harbor(store, saved, tokens.valid)
    stack.push_async_callback(harbor.close)
    harbor_app = web.Application(middlewares=[errors_as_oci])
    harbor.add_to(harbor_app)
    for name in hosts.HARBOR:
        app.add_domain(name, harbor_app)
    git = GitHost(settings.repositories, files.repositories)
    await asyncio.to_thread(git.make)
    git_app = web.Application()
    git.add_to(git_app)
    for name in hosts.GIT:
        app.add_domain(name, git_app)
    github = GitHub(settings, info, saved, tokens.valid_at_github)
    github.add_to(app)
    stack.push_async_callback(github.close)
    pulls = Pulls(store, settings.label)
    stack.push_async_callback(pulls.close)
    cluster = Kubernetes(settings, info, saved, tokens.valid_at_kubernetes, pulls)
    cluster.add_to(app)
    stack.push_async_callback(cluster.close)
    workspaces = Workspaces(cluster.pods)
    stack.push_async_callback(workspaces.close)
    workspaces_app = web.Application()
    workspaces.add_to(workspaces_app)
    for name in hosts.WORKSPACES:
        app.add_domain(name, workspaces_app)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, tls_socket, ssl_context=authority.server_context()).start()
    # Codespaces that are taken up again clone from here.
    await github.open()
    await cluster.open()
    files.write(files.info, info)
    _log.info("ready on port %d", port)


def _authority(files: Files, settings: Settings) -> CertificateAuthority:
    if not files.ca.exists():
        authority = CertificateAuthority.new(f"cloudlab twin {settings.id}")
        files.write_bytes(files.ca_key, authority.key_pem)
        files.write_bytes(files.ca, authority.pem)
        return authority
    try:
        return CertificateAuthority(files.ca.read_bytes(), files.ca_key.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"The twin's certificate authority cannot be read ({error}).",
            remedy="Its VMs trust no other: take it down and start anew.",
        ) from None


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
