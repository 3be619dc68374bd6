"""Ports on the web, without containers: who gets in, and that pages and web sockets are handed on whole."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from pytest_cloudlab.twin.github import previews
from pytest_cloudlab.twin.github.codespace import Codespace
from pytest_cloudlab.twin.github.life import Life
from pytest_cloudlab.twin.saved import Saved
from tests.twin.github.server import Containers

PORT = 8501
TOKEN = "ghp_right"

Scene = Callable[[aiohttp.ClientSession, str], Awaitable[None]]
Play = Callable[..., None]


def codespace(state: str, visibility: str) -> Codespace:
    return Codespace(
        name="fuzzy-waffle",
        repository="octo/course",
        ref="main",
        machine="basicLinux32gb",
        location="WestEurope",
        display_name="",
        devcontainer=None,
        idle_minutes=30,
        retention_minutes=60,
        created=0,
        used=0,
        state=state,
        visibility={str(PORT): visibility},
    )


async def _app(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> tuple[web.AppRunner, str]:
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _far(request: web.Request) -> web.StreamResponse:
    """What runs in the codespace."""
    if request.headers.get("Upgrade", "").lower() == "websocket":
        socket = web.WebSocketResponse(protocols=["streamlit"])
        await socket.prepare(request)
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                await socket.send_str(f"{message.data} {socket.ws_protocol}")
            else:
                await socket.send_bytes(message.data[::-1])
        return socket
    said = {
        "method": request.method,
        "path": request.path_qs,
        "host": request.headers["Host"],
        "forwarded": request.headers["X-Forwarded-Host"],
        "origin": request.headers.getall("Origin", []),
        "token": request.headers.get(previews.TOKEN, "none"),
        "body": len(await request.read()),
    }
    response = web.json_response(said, status=203)
    response.enable_compression()
    response.headers.add("Set-Cookie", "a=1")
    response.headers.add("Set-Cookie", "b=2")
    return response


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Runs a scene with a client whose every call goes to the previews."""

    def play(
        scene: Scene, *, state: str = "Available", visibility: str = "public", listens: bool = True
    ) -> None:
        async def run() -> None:
            one = codespace(state, visibility)
            containers: Any = Containers()
            containers.running[containers.name(one)] = True
            life = Life(containers, Saved(tmp_path / "saved"))
            life._all[one.name] = one
            far, far_url = await _app(_far)
            served = previews.Previews(life, containers, lambda token: token == TOKEN)
            where = far_url if listens else "http://127.0.0.1:1"
            monkeypatch.setattr(served, "_forward", lambda *_: where)
            near, near_url = await _app(served._handle)
            headers = {"Host": f"fuzzy-waffle-{PORT}.app.github.dev"}
            async with aiohttp.ClientSession(headers=headers) as session:
                await scene(session, near_url)
            await served.close()
            await near.cleanup()
            await far.cleanup()

        asyncio.run(asyncio.wait_for(run(), 20))

    return play


def test_a_public_page_is_handed_on(play: Play) -> None:
    """With its method, path, body, status and every cookie; the app sees itself at `localhost`, as GitHub
    has it."""

    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        async with session.post(f"{url}/a/b?c=d%20e", data=io.BytesIO(b"x" * 3_000_000)) as answer:
            assert answer.status == 203
            assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
            assert await answer.json() == {
                "method": "POST",
                "path": "/a/b?c=d%20e",
                "host": f"localhost:{PORT}",
                "forwarded": f"fuzzy-waffle-{PORT}.app.github.dev",
                "origin": [],
                "token": "none",
                "body": 3_000_000,
            }

    play(scene)


def test_a_page_is_of_its_own_origin_to_the_app(play: Play) -> None:
    """Else Jupyter and Streamlit would take their own pages for strangers'; others' stay others'."""

    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        own = f"https://fuzzy-waffle-{PORT}.app.github.dev"
        for origin, seen in ((own, f"http://localhost:{PORT}"), ("https://evil.test", "https://evil.test")):
            async with session.get(url, headers={"Origin": origin}) as answer:
                assert (await answer.json())["origin"] == [seen]

    play(scene)


def test_what_is_compressed_stays_so(play: Play) -> None:
    """Who asks for it gets it, and can read it; who does not gets it plain."""

    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        for asked, encoding in (("gzip", "gzip"), ("identity", None)):
            async with session.get(f"{url}/?long", headers={"Accept-Encoding": asked}) as answer:
                assert answer.headers.get("Content-Encoding") == encoding
                assert (await answer.json())["path"] == "/?long"

    play(scene)


def test_web_sockets_are_handed_on(play: Play) -> None:
    """Streamlit is nothing without them: text, bytes, the protocol that was agreed on."""

    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/_stcore/stream", protocols=["streamlit"]) as socket:
            assert socket.protocol == "streamlit"
            await socket.send_str("hello")
            assert await socket.receive_str() == "hello streamlit"
            await socket.send_bytes(b"abc")
            assert await socket.receive_bytes() == b"cba"

    play(scene)


@pytest.mark.parametrize("visibility", ["private", "org"])
def test_others_need_the_token(play: Play, visibility: str) -> None:
    """Without it, or with another, one is sent to the sign-in; the app never sees it."""

    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        for given in ("", "ghp_wrong"):
            async with session.get(url, headers={previews.TOKEN: given}, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (302, previews.SIGN_IN)
        async with session.get(url, headers={previews.TOKEN: TOKEN}) as answer:
            assert (answer.status, (await answer.json())["token"]) == (203, "none")

    play(scene, visibility=visibility)


def test_nothing_listens(play: Play) -> None:
    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(url) as answer:
            assert answer.status == 502

    play(scene, listens=False)


@pytest.mark.parametrize(
    ("state", "host"),
    [
        ("Shutdown", f"fuzzy-waffle-{PORT}.app.github.dev"),
        ("Available", f"another-{PORT}.app.github.dev"),
        ("Available", "fuzzy-waffle.app.github.dev"),
        ("Available", "app.github.dev"),
    ],
)
def test_what_is_not_there(play: Play, state: str, host: str) -> None:
    async def scene(session: aiohttp.ClientSession, url: str) -> None:
        async with session.get(url, headers={"Host": host}) as answer:
            assert answer.status == 404

    play(scene, state=state)
