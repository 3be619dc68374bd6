from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_cloudlab.waiting import Deadline, NotYet, until

from .image_maker import Pusher
from .internet import Authority, Internet
from .odd_server import OddServer


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with OddServer() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[OddServer]:
    """A second host."""
    with OddServer() as server:
        yield server


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address on loopback where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, not listening: nobody else can take it meanwhile
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def internet(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """All that this process reaches over https, whatever the host: scripted."""
    for name in ("no_proxy", "NO_PROXY", "https_proxy", "CURL_CA_BUNDLE", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    with Internet(authority) as scripted:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{scripted.host}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
        yield scripted


CONFIG = """\
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: {folder}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}"}}
"""


@pytest.fixture(scope="session")
def pusher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pusher]:
    """The distribution registry as Debian ships it, on a port of its own."""
    program = shutil.which("docker-registry")
    if not program:
        pytest.skip("needs docker-registry (apt install docker-registry)")
    folder = tmp_path_factory.mktemp("registry")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config.yml").write_text(CONFIG.format(folder=folder / "data", port=port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "serve", str(folder / "config.yml")], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        until(lambda deadline: _listens(port, process, folder, deadline), what="the registry", within_s=10)
        yield Pusher(f"127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


def _listens(port: int, process: subprocess.Popen[bytes], folder: Path, deadline: Deadline) -> None:
    assert process.poll() is None, (folder / "log").read_text()
    try:
        socket.create_connection(("127.0.0.1", port), timeout=deadline.remaining_s()).close()
    except OSError as error:
        raise NotYet(str(error)) from error
