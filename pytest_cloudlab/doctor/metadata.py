"""Whether Compute Engine's metadata server answers, asked without any proxy and for a second at most."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from pytest_cloudlab.waiting import Deadline

VARIABLE = "GCE_METADATA_HOST"
"""Names another address for it; Google's own libraries obey it too."""
ADDRESS = "169.254.169.254"
WITHIN_S = 1.0
MAX_BYTES = 8192


def answers(env: Mapping[str, str]) -> bool:
    address, _, port = (env.get(VARIABLE) or ADDRESS).partition(":")
    deadline = Deadline.after(WITHIN_S)
    try:
        with socket.create_connection((address, int(port or 80)), timeout=WITHIN_S) as connection:
            connection.sendall(
                f"GET / HTTP/1.0\r\nHost: {address}\r\nMetadata-Flavor: Google\r\n\r\n".encode()
            )
            said = b""
            while len(said) < MAX_BYTES and not deadline.passed:
                connection.settimeout(max(deadline.remaining_s(), 0.001))
                piece = connection.recv(1024)
                said += piece
                if not piece or b"\r\n\r\n" in said:
                    break
    except (OSError, ValueError):
        return False
    return b"metadata-flavor: google" in said.partition(b"\r\n\r\n")[0].lower()
