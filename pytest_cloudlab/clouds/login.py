"""The registry's way of asking who we are: a challenge, a token endpoint, a bearer token."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlencode

from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.credentials import TokenSource
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, Forbidden, Unreachable
from pytest_cloudlab.waiting import Deadline

# Registries whose token endpoint has a host of its own. Anywhere else it must be the registry's own
# host: a registry must not be able to send our credentials where it likes.
REALM_HOSTS = {"registry-1.docker.io": "auth.docker.io", "registry.gitlab.com": "gitlab.com"}
USER = "oauth2accesstoken"
# Strict on purpose: of an address such as https://a\\@b/, parsers disagree whose host it names.
_REALM = re.compile(r"(https?)://([A-Za-z0-9.-]+(?::[0-9]+)?)(?:/[A-Za-z0-9._~/?=&%:+,-]*)?")
TOKEN_ANSWER_BYTES = 256 * 1024


class Login:
    """Answers the challenges of one registry."""

    def __init__(
        self, http: Http, host: str, token: TokenSource | None, *, scheme: str, user: str = USER
    ) -> None:
        self._http = http
        self._host = host
        self._token = token
        self._scheme = scheme
        self._user = user

    def answer(self, challenge: str, deadline: Deadline) -> str:
        """The `Authorization` header that meets a `WWW-Authenticate` header.

        Raises `Forbidden` when the credentials are refused, missing, or asked for by another host, and
        `Unreachable` when the token endpoint does not answer as one.
        """
        kind, _, rest = challenge.partition(" ")
        if kind.lower() == "basic":
            return self._basic()
        if kind.lower() != "bearer":
            raise Unreachable(f"{self._host} asks for a kind of sign-in that no registry API uses")
        fields = {
            key.lower(): quoted or bare
            for key, quoted, bare in re.findall(r'([A-Za-z_]+)=(?:"([^"]*)"|([^",\s]+))', rest)
        }
        realm = fields.get("realm", "")
        headers = self._headers_for(realm)
        query = urlencode({key: fields[key] for key in ("service", "scope") if key in fields})
        reply = self._http.get(
            f"{realm}{'&' if '?' in realm else '?'}{query}",
            headers=headers,
            deadline=deadline,
            max_bytes=TOKEN_ANSWER_BYTES,
        )
        return f"Bearer {self._token_in(reply)}"

    def _basic(self) -> str:
        if self._token is None:
            raise Forbidden(f"{self._host} asks for credentials, and there are none")
        pair = base64.b64encode(f"{self._user}:{self._token()}".encode()).decode()
        return f"Basic {pair}"

    def _headers_for(self, realm: str) -> dict[str, str]:
        parts = _REALM.fullmatch(realm)
        if parts is None or parts[1] not in ("https", self._scheme):
            raise CouldNotLook(
                f"{self._host} names a token endpoint that is no plain https address; nothing was sent"
            )
        asked = parts[2].lower()
        if self._token is None:
            return {}
        if asked not in (self._host.lower(), REALM_HOSTS.get(self._host.lower())):
            raise Forbidden(
                f"{self._host} asks for the credentials to be sent to another host, {asked}; nothing was sent"
            )
        return {"Authorization": self._basic()}

    def _token_in(self, reply: Answer) -> str:
        if reply.status in (400, 401, 403) and not reply.is_page:
            if self._token is None:
                raise Forbidden(f"{self._host} asks for credentials, and there are none")
            raise Forbidden(f"{reply.host} refused the credentials (HTTP {reply.status})")
        document = reply.json()
        if reply.ok and isinstance(document, dict):
            token = document.get("token") or document.get("access_token")
            if isinstance(token, str) and re.fullmatch(r"[!-~]{1,65536}", token):
                return token
        raise reply.unexpected("registry's token endpoint")
