"""A way for whole messages, and for descriptors with them, between two processes of one machine."""

from __future__ import annotations

import socket

LONGEST_MESSAGE = 1 << 20


def line() -> tuple[socket.socket, socket.socket]:
    """Its two ends."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in ends:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST_MESSAGE)
    return ends
