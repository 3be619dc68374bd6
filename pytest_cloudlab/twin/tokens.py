"""The credentials of one run, and the endpoint that trades the one for the other."""

from __future__ import annotations

import hmac
import json

from aiohttp import web

from pytest_cloudlab.twin.state import Settings

LIFETIME_S = 3599
CLIENT = ("cloudlab-twin.apps.example", "not-a-secret")


class Tokens:
    """Knows the access token of this run; everybody who holds it may do everything."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def valid(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._settings.token.encode())

    def valid_at_github(self, token: str) -> bool:
        own = self._settings.github_token
        return bool(own) and hmac.compare_digest(token.encode(), own.encode())

    def valid_at_kubernetes(self, token: str) -> bool:
        own = self._settings.kubernetes_token
        return bool(own) and hmac.compare_digest(token.encode(), own.encode())

    def refreshes(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._settings.refresh_token.encode())

    @property
    def current(self) -> str:
        return self._settings.token

    def credentials(self) -> bytes:
        """Application Default Credentials, as `gcloud auth application-default login` writes them."""
        return json.dumps(
            {
                "type": "authorized_user",
                "client_id": CLIENT[0],
                "client_secret": CLIENT[1],
                "refresh_token": self._settings.refresh_token,
                "quota_project_id": self._settings.project,
            },
            indent=2,
        ).encode()

    def boto(self) -> bytes:
        """The same for gsutil, which knows neither those nor a token in a file."""
        lines = (
            "[Credentials]",
            f"gs_oauth2_refresh_token = {self._settings.refresh_token}",
            "[OAuth2]",
            f"client_id = {CLIENT[0]}",
            f"client_secret = {CLIENT[1]}",
            "",
        )
        return "\n".join(lines).encode()

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/token", self._token)

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("grant_type") != "refresh_token":
            error = {"error": "unsupported_grant_type", "error_description": "Only refresh_token."}
            return web.json_response(error, status=400)
        if not self.refreshes(str(form.get("refresh_token", ""))):
            error = {"error": "invalid_grant", "error_description": "Bad Request"}
            return web.json_response(error, status=400)
        return web.json_response(
            {
                "access_token": self.current,
                "expires_in": LIFETIME_S,
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "token_type": "Bearer",
            }
        )
