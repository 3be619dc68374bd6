"""GitHub's API, asked over plain requests; every answer is held against GitHub's description."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.twin.github.contract import Contract
from tests.twin.github.server import TOKEN, Server

REPOSITORY = "octo/course"


@dataclass
class Api:
    server: Server
    session: requests.Session

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, f"{self.server.url}{path}", json=body, timeout=20, **options)

    def create(self, **asked: Any) -> dict[str, Any]:
        answer = self.ask("POST", f"/repos/{REPOSITORY}/codespaces", asked)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def reaches(self, name: str, state: str) -> dict[str, Any]:
        """That codespace, as soon as it is in that state."""
        for _ in range(200):
            answer = self.ask("GET", f"/user/codespaces/{name}")
            if state == "gone" and answer.status_code == 404:
                return {}
            if answer.ok and answer.json()["state"] == state:
                found: dict[str, Any] = answer.json()
                return found
            time.sleep(0.02)
        raise AssertionError(f"{name} is not {state}: {answer.text}")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    (folder / ".devcontainer").mkdir(parents=True)
    (folder / ".devcontainer" / "devcontainer.json").write_text("{}")
    return folder


@pytest.fixture
def server(repository: Path, tmp_path: Path) -> Iterator[Server]:
    with Server({REPOSITORY: repository}, tmp_path / "saved") as made:
        yield made


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    contract = Contract()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        yield Api(server, contract.hook(session))
    assert contract.checked, "no answer was held against GitHub's description"
