"""gcr.io and *.pkg.dev: Google's manners in front of a plain registry."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from pytest_cloudlab.twin.api_error import basic, bearer
from pytest_cloudlab.twin.artifacts.manifest import Manifest, manifests
from pytest_cloudlab.twin.artifacts.place import GCR, IMAGE, find
from pytest_cloudlab.twin.artifacts.repositories import Repositories
from pytest_cloudlab.twin.oci import OciError
from pytest_cloudlab.twin.registry_relay import FORWARDED, RegistryRelay
from pytest_cloudlab.twin.registry_store import RegistryStore
from pytest_cloudlab.twin.tokens import LIFETIME_S, Tokens

TOKEN_USERS = ("oauth2accesstoken", "_token", "_dcgcloud_token")


class Registry:
    """Serves the images of `repositories`; a push to gcr.io makes the repository that it needs."""

    def __init__(self, store: RegistryStore, tokens: Tokens, repositories: Repositories) -> None:
        self._store = store
        self._repositories = repositories
        self._tokens = tokens
        self._relay = RegistryRelay(store)

    def add_to(self, app: web.Application) -> None:
        app.middlewares.append(self._authorize)
        app.router.add_get("/v2/token", self._token)
        app.router.add_get("/v2/", self._ping)
        app.router.add_get("/v2/{name:.+}/tags/list", self._tags)
        app.router.add_delete("/v2/{name:.+}/manifests/{reference}", self._delete)
        for path in FORWARDED:
            app.router.add_route("*", path, self._forward)

    async def close(self) -> None:
        await self._relay.close()

    @web.middleware
    async def _authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != "/v2/token" and not (self._tokens.valid(bearer(request)) or self._basic(request)):
            challenge = f'Bearer realm="https://{request.host}/v2/token",service="{request.host}"'
            headers = {"WWW-Authenticate": challenge}
            raise OciError(401, "UNAUTHORIZED", "You must be logged in to access this repository.", **headers)
        return await handler(request)

    async def _token(self, request: web.Request) -> web.Response:
        if not self._basic(request):
            raise OciError(401, "UNAUTHORIZED", "There is no anonymous access; log in as oauth2accesstoken.")
        token = self._tokens.current
        return web.json_response({"token": token, "access_token": token, "expires_in": LIFETIME_S})

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _tags(self, request: web.Request) -> web.Response:
        """With Google's additions, without which its own clients list nothing."""
        repository, store = self._repository(request), self._store
        children = list(store.children(repository))
        if not store.exists(repository) and not children:
            raise OciError(404, "NAME_UNKNOWN", f"Repository {request.match_info['name']} is not known.")
        tags = store.tags(repository)
        described = {each.digest: _describe(each) for each in manifests(store, repository)}
        name = request.match_info["name"]
        return web.json_response(
            {"child": children, "manifest": described, "name": name, "tags": sorted(tags)}
        )

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        """By tag: the tag only. By digest: the manifest, which no tag may stand for any more."""
        repository, reference = self._repository(request), request.match_info["reference"]
        if ":" not in reference:
            if not self._store.untag(repository, reference):
                raise OciError(404, "MANIFEST_UNKNOWN", f"There is no tag {reference}.")
            return web.json_response({"errors": []}, status=202)
        holders = [tag for tag, digest in self._store.tags(repository).items() if digest == reference]
        if holders:
            message = f"Manifest is still referenced by tag: {holders[0]}"
            raise OciError(409, "GOOGLE_MANIFEST_DANGLING_TAG", message)
        return await self._forward(request)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        name, repository = request.match_info["name"], self._repository(request)
        return await self._relay.forward(request, name, repository, lambda other: self._other(request, other))

    def _basic(self, request: web.Request) -> bool:
        user, password = basic(request) or ("", "")
        if user in TOKEN_USERS:
            return self._tokens.valid(password)
        if user == "_json_key":
            with suppress(ValueError, AttributeError):
                return self._tokens.refreshes(str(json.loads(password).get("refresh_token", "")))
        return False

    def _repository(self, request: web.Request) -> str:
        """The name in the registry's files. Raises `OciError` for what Google refuses to serve or to take."""
        name, pushes = request.match_info["name"], request.method in ("POST", "PUT", "PATCH")
        found = find(_host(request), name) if IMAGE.fullmatch(name) else None
        if not found:
            raise OciError(400, "NAME_INVALID", f"{name} is not HOST/PROJECT/REPOSITORY/IMAGE.")
        place, image = found
        if place.project != self._repositories.project:
            action = "uploadArtifacts" if pushes else "downloadArtifacts"
            message = (
                f'Permission "artifactregistry.repositories.{action}" denied on resource "{place.name}" '
                "(or it may not exist)"
            )
            raise OciError(403, "DENIED", message)
        if pushes and not image:
            raise OciError(400, "NAME_INVALID", "Missing image name.")
        if pushes and place.repository in GCR and place.repository == _host(request):
            self._repositories.create_on_push(place)
        if not self._repositories.exists(place):
            raise OciError(404, "NAME_UNKNOWN", f'Repository "{place.repository}" not found')
        if self._repositories.format(place) != "DOCKER":
            raise OciError(400, "UNSUPPORTED", f'Repository "{place.repository}" is not of format DOCKER.')
        return place.image(image) if image else place.folder

    def _other(self, request: web.Request, name: str) -> str:
        """The same for a second name in a request; nobody's where it is none."""
        found = find(_host(request), name) if IMAGE.fullmatch(name) else None
        return found[0].image(found[1]) if found else "none"


def _host(request: web.Request) -> str:
    return request.host.partition(":")[0].lower()


def _describe(manifest: Manifest) -> dict[str, Any]:
    return {
        "imageSizeBytes": str(manifest.size_bytes),
        "layerId": "",
        "mediaType": manifest.media_type,
        "tag": list(manifest.tags),
        "timeCreatedMs": str(int((manifest.built or 0) * 1000)),
        "timeUploadedMs": str(int(manifest.uploaded * 1000)),
    }
