"""The service alone, over plain HTTP in a thread of the test; every response is held against Google's
description."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from aiohttp import web
from requests.adapters import HTTPAdapter

from pytest_cloudlab.twin.api_error import errors_as_json
from pytest_cloudlab.twin.saved import Saved
from pytest_cloudlab.twin.storage import Storage

from ..contract import Contract

PROJECT = "sdd2526"
TOKEN = "ya29.test"
ROOT = "https://storage.googleapis.com"
API = f"{ROOT}/storage/v1"


class _Here(HTTPAdapter):
    """Asks this machine's port instead; answers keep the address that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        moved = request.copy()
        parts = urlsplit(str(request.url))
        moved.url = parts._replace(scheme="http", netloc=f"127.0.0.1:{self._port}").geturl()
        moved.headers["Host"] = parts.netloc
        response = super().send(moved, **options)
        response.url, response.request = str(request.url), request
        return response


@dataclass
class Service:
    """The service on its folders; `restart` takes it up again as a new process would."""

    folder: Path
    seed: Path
    session: requests.Session = field(default_factory=requests.Session)
    contract: Contract = field(default_factory=Contract)

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        port = self._loop.run_until_complete(self._serve())
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.session.mount(ROOT, _Here(port))

    async def _serve(self) -> int:
        app = web.Application(middlewares=[errors_as_json(lambda token: token in ("", TOKEN))])
        saved = Saved(self.folder / "saved")
        Storage(PROJECT, {"course": str(self.seed)}, self.folder / "storage", saved).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    def stop(self) -> None:
        self.session.close()
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def blobs(self) -> list[Path]:
        """Files with contents."""
        return sorted((self.folder / "storage").iterdir())

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """`path` as in Google's documentation, from `/b` on; or a whole address."""
        address = path if path.startswith("https://") else API + path
        return self.session.request(method, address, timeout=30, **options)

    def create(self, name: str = "team", **about: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/b", params={"project": PROJECT}, json={"name": name, **about})
        assert answer.ok, answer.text
        return dict(answer.json())

    def upload(self, name: str, data: bytes, bucket: str = "team", **query: str) -> requests.Response:
        address = f"{ROOT}/upload/storage/v1/b/{bucket}/o"
        parameters = {"uploadType": "media", "name": name, **query}
        return self.ask("POST", address, params=parameters, data=data, headers={"Content-Type": "text/plain"})

    def read(self, name: str, bucket: str = "team", **options: Any) -> requests.Response:
        address = f"{ROOT}/download/storage/v1{of(name, bucket)}"
        return self.ask("GET", address, params={"alt": "media"}, **options)

    def names(self, bucket: str = "team", **query: str) -> list[str]:
        answer = self.ask("GET", f"/b/{bucket}/o", params=query)
        assert answer.ok, answer.text
        return [item["name"] for item in answer.json().get("items", [])]


def of(name: str, bucket: str = "team") -> str:
    """The path of an object."""
    return f"/b/{bucket}/o/{quote(name, safe='')}"


def error(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """With the bucket `course`, which lies over a folder with two files."""
    seed = tmp_path / "seed"
    (seed / "cat").mkdir(parents=True)
    (seed / "cat" / "app.py").write_bytes(b"print(1)\n")
    (seed / "cat" / "1.gif").write_bytes(b"GIF89a")
    service = Service(tmp_path / "state", seed)
    service.folder.mkdir()
    service.session.trust_env = False
    service.session.headers["Authorization"] = f"Bearer {TOKEN}"
    service.contract.hook(service.session)
    service.start()
    yield service
    service.stop()
    assert service.contract.checked, "no response was held against Google's description"


@pytest.fixture
def team(service: Service) -> Service:
    """The service with the empty bucket `team`."""
    service.create()
    return service
