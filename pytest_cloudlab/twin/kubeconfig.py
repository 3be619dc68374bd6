"""The file that leads kubectl to the twin's cluster."""

from __future__ import annotations

import json

from pytest_cloudlab.twin import hosts
from pytest_cloudlab.twin.state import Files, Settings

CONTEXT = "cloudlab-twin"


def kubeconfig(files: Files, settings: Settings) -> bytes:
    """JSON, which is YAML too. The way there is that of all else: HTTPS_PROXY."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "preferences": {},
        "clusters": [
            {
                "name": CONTEXT,
                "cluster": {
                    "server": f"https://{hosts.KUBERNETES[0]}",
                    "certificate-authority": str(files.ca),
                },
            }
        ],
        "users": [{"name": "alice", "user": {"token": settings.kubernetes_token}}],
        "contexts": [
            {"name": CONTEXT, "context": {"cluster": CONTEXT, "user": "alice", "namespace": "default"}}
        ],
    }
    return json.dumps(document, indent=2).encode()
