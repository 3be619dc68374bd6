"""github.com, for `git clone`: folders of this machine as repositories of one commit.

Speaks git's smart HTTP protocol by handing each call to `git upload-pack`, so that shallow clones work too.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from pytest_cloudlab.errors import UsageError

SERVICE = "git-upload-pack"
CALL_S = 60
MAKE_S = 60
REQUEST_BYTES = 1024 * 1024
CHUNK_BYTES = 64 * 1024
MOST_AT_ONCE = 8

# The same folder has the same commit at every start, on every machine.
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (
        ("NAME", "cloudlab"),
        ("EMAIL", "cloudlab@example.com"),
        ("DATE", "2026-01-01T00:00:00Z"),
    )
}


def require_git() -> None:
    """Raises `UsageError`."""
    if not shutil.which("git"):
        raise UsageError(
            "git is not installed, and the twin is to serve repositories.", remedy="apt-get install git"
        )


class GitHost:
    """`make` before the first call. Reading only: a push is answered with 403."""

    def __init__(self, repositories: Mapping[str, str], folder: Path) -> None:
        # Names there are the same in capitals.
        self._sources = {name.lower(): Path(source) for name, source in repositories.items()}
        self._folder = folder
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    def make(self) -> None:
        """Make the repositories anew. Blocks for about 30 ms each."""
        shutil.rmtree(self._folder, ignore_errors=True)
        for name, source in self._sources.items():
            repository = self._path(name)
            repository.mkdir(mode=0o700, parents=True)
            _git(repository, "init", "--quiet", "--bare", "--initial-branch=main")
            (repository / "info" / "exclude").write_text("__pycache__/\n")
            # There is nothing in it that not everybody may read: clones without blobs fetch them later.
            for allowed in ("allowFilter", "allowAnySHA1InWant"):
                _git(repository, "config", f"uploadpack.{allowed}", "true")
            _git(repository, f"--work-tree={source}", "add", "--all", str(source))
            tree = _git(repository, "write-tree")
            commit = _git(repository, "commit-tree", "-m", "What the course has prepared", tree)
            _git(repository, "update-ref", "refs/heads/main", commit)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/{owner}/{name}/info/refs", self._references)
        app.router.add_post("/{owner}/{name}/" + SERVICE, self._pack)

    async def _references(self, request: web.Request) -> web.StreamResponse:
        repository = self._found(request)
        service = request.query.get("service", "")
        if service == "git-receive-pack":
            raise web.HTTPForbidden(text="The local cloud twin's repositories cannot be pushed to.\n")
        if service != SERVICE:
            raise web.HTTPForbidden(text="Please upgrade your git client.\n")
        line = f"# service={SERVICE}\n"
        opening = f"{len(line) + 4:04x}{line}0000".encode()
        return await self._answer(
            request, repository, "advertisement", b"", opening, "--http-backend-info-refs"
        )

    async def _pack(self, request: web.Request) -> web.StreamResponse:
        repository = self._found(request)
        asked = b""
        async with asyncio.timeout(CALL_S):
            async for chunk in request.content.iter_any():
                asked += chunk
                if len(asked) > REQUEST_BYTES:
                    raise web.HTTPRequestEntityTooLarge(REQUEST_BYTES, len(asked))
        return await self._answer(request, repository, "result", asked)

    async def _answer(
        self,
        request: web.Request,
        repository: Path,
        kind: str,
        asked: bytes,
        opening: bytes = b"",
        *options: str,
    ) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": f"application/x-{SERVICE}-{kind}", "Cache-Control": "no-cache"}
        )
        protocol = request.headers.get("Git-Protocol", "")
        variables = {"GIT_PROTOCOL": protocol} if re.fullmatch(r"version=\d", protocol) else {}
        argv = ("git", "upload-pack", "--stateless-rpc", "--strict", *options, str(repository))
        async with self._turns, asyncio.timeout(CALL_S), _process(argv, variables) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(asked)
            with suppress(OSError):
                await process.stdin.drain()
            process.stdin.close()
            await response.prepare(request)
            await response.write(opening)
            while chunk := await process.stdout.read(CHUNK_BYTES):
                await response.write(chunk)
        await response.write_eof()
        return response

    def _found(self, request: web.Request) -> Path:
        name = f"{request.match_info['owner']}/{request.match_info['name']}".lower().removesuffix(".git")
        if name not in self._sources:
            raise web.HTTPNotFound(text="Repository not found.\n")
        return self._path(name)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.git"


@asynccontextmanager
async def _process(
    argv: tuple[str, ...], variables: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment() | variables
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _git(repository: Path, *args: str) -> str:
    """What git says on stdout. Raises `UsageError`."""
    try:
        done = subprocess.run(
            ("git", f"--git-dir={repository}", *args),
            capture_output=True,
            text=True,
            timeout=MAKE_S,
            stdin=subprocess.DEVNULL,
            env=_environment() | AUTHOR,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {args[0]} takes longer than {MAKE_S} s for {repository}.") from None
    if done.returncode:
        raise UsageError(f"git cannot make {repository}: {done.stderr.strip()[-500:]}")
    return done.stdout.strip()


def _environment() -> dict[str, str]:
    """Without this machine's settings: they would change the commit, or start programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
