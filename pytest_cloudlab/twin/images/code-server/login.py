"""code-server's way of letting people in: one password, a cookie, and a limit on wrong ones."""

from __future__ import annotations

import hashlib
import hmac
import html
import secrets
import time

COOKIE = "code-server-session"
LIMITED, MISSING, INCORRECT = "Login rate limited!", "Missing password", "Incorrect password"

PAGE = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>code-server login</title>
  </head>
  <body>
    <h1 class="main">Welcome to code-server</h1>
    <p class="sub">Please log in below. {where}</p>
    <form class="login-form" method="post">
      <input id="base" type="hidden" name="base" value="/" />
      <input id="href" type="hidden" name="href" value="" />
      <input required autofocus class="password" type="password" placeholder="PASSWORD" name="password"
        autocomplete="current-password" />
      <input class="submit -button" value="SUBMIT" type="submit" />
      {error}
    </form>
  </body>
</html>
"""


class Bucket:
    """Holds `size` tokens, and fills up within `interval_s`."""

    def __init__(self, size: int, interval_s: float) -> None:
        self._size = size
        self._rate = size / interval_s
        self._tokens = float(size)
        self._at = time.monotonic()

    def left(self) -> float:
        now = time.monotonic()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return self._tokens

    def take(self) -> bool:
        if self.left() < 1:
            return False
        self._tokens -= 1
        return True


class Login:
    """Two wrong passwords a minute, and twelve more an hour; beyond, even the right one has to wait."""

    def __init__(self, password: str, where: str) -> None:
        self._password = password
        self._where = where
        self._minute, self._hour = Bucket(2, 60), Bucket(12, 3600)

    def page(self, error: str = "") -> bytes:
        shown = f'<div class="error">{html.escape(error)}</div>' if error else ""
        return PAGE.format(where=html.escape(self._where), error=shown).encode()

    def wrong_with(self, password: str) -> str:
        """What is wrong with that password; empty when it is the right one."""
        if self._minute.left() < 1 and self._hour.left() < 1:
            return LIMITED
        if not password:
            return MISSING
        if hmac.compare_digest(password.encode(), self._password.encode()):
            return ""
        _ = self._minute.take() or self._hour.take()
        return INCORRECT

    def cookie(self) -> str:
        """A hash of the password, with a salt of its own."""
        salt = secrets.token_bytes(16)
        return f"{salt.hex()}.{self._hash(salt)}"

    def signed_in(self, cookie: str) -> bool:
        """As with the real one, any hash of the password will do, also one that another server has made."""
        salt, _, found = cookie.partition(".")
        try:
            made = self._hash(bytes.fromhex(salt))
        except ValueError:
            return False
        return bool(salt) and hmac.compare_digest(found.encode(), made.encode())

    def _hash(self, salt: bytes) -> str:
        return hashlib.scrypt(self._password.encode(), salt=salt, n=1024, r=8, p=1, dklen=32).hex()
