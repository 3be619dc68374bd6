"""A stand-in for code-server 4.16: its config file, login, cookie, limit, health and command line.

The workbench behind the login is a page without an editor in it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
import time
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from extensions import Extensions
from login import COOKIE, Login

VERSION = "4.16.1 94ef3776ad7bebfb5780dfc9632e04d20d5c9a6c with Code 1.80.2"
HOME = Path.home()
MOST_BYTES = 1_000_000
ALIVE_S = 60
WORKBENCH = """<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8" />
    <meta id="vscode-workbench-web-configuration" data-settings="{settings}" />
    <title>code-server</title>
  </head>
  <body aria-label=""><div class="monaco-workbench"></div></body>
</html>
"""


def settings(file: Path) -> dict[str, str]:
    """What the config file says; one is written first where there is none, with a password made by chance."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        password = secrets.token_hex(12)
        file.write_text(f"bind-addr: 127.0.0.1:8080\nauth: password\npassword: {password}\ncert: false\n")
        file.chmod(0o600)
        say(f"Wrote default config file to {human(file)}")
    pairs = (line.partition(":") for line in file.read_text().splitlines() if not line.startswith("#"))
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs if key.strip()}


def say(line: str) -> None:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    print(f"[{stamp}.000Z] info  {line}", flush=True)


def human(path: Path) -> str:
    return str(path).replace(str(HOME), "~", 1)


class Heart:
    """When the server was last seen in use: each process keeps its own, and notes it by touching a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._beat_ms = 0

    def beat(self) -> None:
        """Any question counts, but for that of how it is; once a minute."""
        if not self._alive:
            self._beat_ms = int(time.time() * 1000)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()

    @property
    def _alive(self) -> bool:
        return time.time() * 1000 - self._beat_ms < ALIVE_S * 1000

    def health(self) -> dict[str, object]:
        return {"status": "alive" if self._alive else "expired", "lastHeartbeat": self._beat_ms}


class Handler(BaseHTTPRequestHandler):
    server_version = "code-server"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    login: Login
    auth: str
    folder: str
    heart: Heart

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.rstrip("/") != "/healthz":
            self.heart.beat()
        if path == "/healthz":
            self._answer(
                200, json.dumps(self.heart.health(), separators=(",", ":")).encode(), "application/json"
            )
        elif path == "/login":
            self._redirect("/") if self._signed_in() else self._answer(200, self.login.page())
        elif not self._signed_in():
            to = "" if self.path == "/" else f"?to={quote(self.path, safe='')}"
            self._redirect(f"/login{to}")
        elif path == "/" and self.folder and "folder=" not in self.path:
            self._redirect(f"/?folder={quote(self.folder)}")
        elif path == "/":
            self._answer(200, WORKBENCH.format(settings="{}").encode())
        elif path == "/logout":
            self._redirect("/login", f"{COOKIE}=; Path=/; Max-Age=0")
        else:
            self._answer(404, b'{"error":"Not Found"}', "application/json")

    def do_POST(self) -> None:
        self.heart.beat()
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            self._answer(413, b"Payload is too large")
            return
        body = self.rfile.read(length).decode(errors="replace")
        if urlsplit(self.path).path != "/login":
            self._answer(401, b'{"error":"Unauthorized"}', "application/json")
            return
        if wrong := self.login.wrong_with(parse_qs(body).get("password", [""])[0]):
            self._answer(200, self.login.page(wrong))
            return
        to = parse_qs(urlsplit(self.path).query).get("to", ["/"])[0]
        self._redirect(to, f"{COOKIE}={self.login.cookie()}; Path=/; SameSite=Lax")

    def log_message(self, *_: object) -> None:
        """It logs no requests."""

    def _signed_in(self) -> bool:
        if self.auth == "none":
            return True
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and self.login.signed_in(cookie.value)

    def _redirect(self, to: str, cookie: str = "") -> None:
        # Relative, so that it also works below a path of a proxy's.
        to = f"./{to.lstrip('/')}"
        self._answer(
            302, f"Found. Redirecting to {to}".encode(), "text/plain", Location=to, **{"Set-Cookie": cookie}
        )

    def _answer(self, status: int, body: bytes, kind: str = "text/html", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": f"{kind}; charset=utf-8", **headers}.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(options: argparse.Namespace, data: Path) -> None:
    file = Path(options.config)
    found = settings(file)
    password, where = found.get("password", ""), f"Check the config file at {human(file)} for the password."
    if from_env := os.environ.pop("PASSWORD", ""):
        password, where = from_env, "Password was set from $PASSWORD."
    Handler.login = Login(password, where)
    Handler.auth = options.auth or found.get("auth", "password")
    Handler.folder = str(Path(options.folder).resolve()) if options.folder else ""
    Handler.heart = Heart(data / "heartbeat")
    host, _, port = (options.bind_addr or found.get("bind-addr", "127.0.0.1:8080")).rpartition(":")
    server = ThreadingHTTPServer((host, int(port)), Handler)
    server.daemon_threads = True
    # As a container's first process it would not end by itself.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    say(f"code-server {VERSION.partition(' with')[0]}")
    say(f"HTTP server listening on http://{host}:{port}/")
    say(f"  - Authentication is {'disabled' if Handler.auth == 'none' else 'enabled'}")
    server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(prog="code-server")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("--config", default=str(HOME / ".config" / "code-server" / "config.yaml"))
    parser.add_argument("--bind-addr", default="")
    parser.add_argument("--auth", choices=("password", "none"), default="")
    parser.add_argument("--list-extensions", action="store_true")
    parser.add_argument("--show-versions", action="store_true")
    parser.add_argument("--install-extension", action="append", default=[])
    parser.add_argument("--uninstall-extension", action="append", default=[])
    parser.add_argument("--force", action="store_true")
    parser.add_argument("folder", nargs="?", default="")
    options = parser.parse_args()
    data = HOME / ".local" / "share" / "code-server"
    extensions = Extensions(data / "extensions")
    if options.version:
        print(VERSION)
        return 0
    for name in options.install_extension:
        print("Installing extensions...", flush=True)
        try:
            extensions.install(name)
        except KeyError:
            print(f"Extension '{name}' not found.\nFailed Installing Extensions: {name}", file=sys.stderr)
            return 1
        print(f"Extension '{name.lower()}' was successfully installed.")
    for name in options.uninstall_extension:
        if not extensions.uninstall(name):
            print(f"Extension '{name}' is not installed.", file=sys.stderr)
            return 1
        print(f"Extension '{name}' was successfully uninstalled!")
    if options.list_extensions:
        for name, version in extensions.installed().items():
            print(f"{name}@{version}" if options.show_versions else name)
    if not (options.install_extension or options.uninstall_extension or options.list_extensions):
        serve(options, data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
