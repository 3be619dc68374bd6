"""Pushes and pulls over the registry's HTTP API, small images of one random layer."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass

import requests

from pytest_cloudlab.twin.oci import MANIFEST


@dataclass
class Pusher:
    session: requests.Session
    token: str

    def push(self, host: str, name: str, tag: str) -> str:
        """`host` with https://; returns the image's digest."""
        blobs = {}
        for media_type, data in (
            ("config", b'{"created": "2026-01-02T03:04:05Z"}'),
            ("layer", secrets.token_bytes(64)),
        ):
            digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
            opened = self.session.post(f"{host}/v2/{name}/blobs/uploads/", timeout=30)
            assert opened.headers["Location"].startswith(f"{host}/v2/{name}/blobs/uploads/")
            put = self.session.put(
                opened.headers["Location"], params={"digest": digest}, data=data, timeout=30
            )
            assert put.status_code == 201, put.text
            blobs[media_type] = {
                "mediaType": f"application/x-{media_type}",
                "size": len(data),
                "digest": digest,
            }
        body = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": blobs["config"],
            "layers": [blobs["layer"]],
        }
        url = f"{host}/v2/{name}/manifests/{tag}"
        put = self.session.put(url, data=json.dumps(body), headers={"Content-Type": MANIFEST}, timeout=30)
        assert put.status_code == 201, put.text
        return str(put.headers["Docker-Content-Digest"])

    def get(self, url: str) -> requests.Response:
        return self.session.get(url, headers={"Accept": MANIFEST}, timeout=30)
