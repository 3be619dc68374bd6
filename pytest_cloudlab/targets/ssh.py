"""A machine that answers SSH as a target."""

from __future__ import annotations

import re
import shlex
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, unquote

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.forward import Way, listening
from pytest_cloudlab.targets.forwarded import Forwarded
from pytest_cloudlab.targets.line import Line
from pytest_cloudlab.targets.lost import Lost, Reason
from pytest_cloudlab.targets.masters import Masters
from pytest_cloudlab.targets.relay import checked_place
from pytest_cloudlab.targets.target import Opening, Target
from pytest_cloudlab.waiting import Deadline

_SAYINGS: tuple[tuple[str, Reason, str, str], ...] = (
    (
        r"REMOTE HOST IDENTIFICATION HAS CHANGED|Offending \S+ key",
        "host-key",
        "{name} shows another host key than the one on record, so it was not trusted.",
        "If the machine was made anew, remove its old key from the known hosts; else find out who answers.",
    ),
    (
        r"Host key verification failed|host key is known for",
        "host-key",
        "The host key of {name} is not on record, so it was not trusted.",
        "Add the machine's key to the known hosts, or let the roster trust new host keys by name.",
    ),
    (
        r"Permission denied|Too many authentication failures",
        "auth",
        "{name} answers SSH but does not let this user in with this key.",
        "Check the user name, and that the public key was given to the machine.",
    ),
    (
        r"Could not resolve hostname|Name or service not known|Temporary failure in name resolution",
        "dns",
        "The name of {name} leads to no address.",
        "Check the spelling, and that this machine can resolve names.",
    ),
    (
        r"Connection refused",
        "refused",
        "{name} refuses the connection: nothing there answers SSH on that port.",
        "Check that the machine is up, that its SSH server runs, and the port.",
    ),
    (
        r"timed out|No route to host|Network is unreachable|Timeout, server",
        "timeout",
        "{name} does not answer.",
        "Check that the machine is up and that no firewall stands between.",
    ),
    (
        r"No such file or directory.*|Load key .*|bad permissions",
        "auth",
        "The key for {name} cannot be used.",
        "Check the key file's path, and that only its owner can read it.",
    ),
    (
        r"Connection (closed|reset)|kex_exchange_identification|Broken pipe",
        "lost",
        "{name} ended the connection before it was open.",
        "Try again; the machine may be starting, stopping or short of sessions.",
    ),
)
_FORBIDDEN = "administratively prohibited"
_OF_A_PORT = re.compile(r"^channel \d+: open failed: .*$", re.MULTILINE)
"""What an open connection says of a port beyond it, e.g. that it is refused: no word of the connection."""
_LONGEST_WELCOME_BYTES = 1_000_000


def ssh(
    host: str,
    *,
    user: str = "",
    port: int = 22,
    key: str | Path | None = None,
    known_hosts: Path | None = None,
    host_key_alias: str = "",
    trust_new_host_keys: bool = False,
    connect_timeout_s: float = 10,
) -> Target:
    """The machine `host`, entered with OpenSSH's own client and the user's own configuration of it.

    The host key must be on record, in `known_hosts` when given, under `host_key_alias` when given;
    an unknown one is accepted only with `trust_new_host_keys`, a changed one never.
    """
    if not re.fullmatch(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]*", host) or not re.fullmatch(
        r"[^-\s@]?[^\s@]*", user
    ):
        raise UsageError(f"{user}@{host} is no place that SSH could reach.")
    options = {
        "BatchMode": "yes",
        "StrictHostKeyChecking": "accept-new" if trust_new_host_keys else "yes",
        "CheckHostIP": "no",
        "UpdateHostKeys": "no",
        "ConnectTimeout": str(max(1, round(connect_timeout_s))),
        "ServerAliveInterval": "5",
        "ServerAliveCountMax": "3",
        "LogLevel": "ERROR",
        "RequestTTY": "no",
        "RemoteCommand": "none",
        "ForwardAgent": "no",
        "ForwardX11": "no",
        "PermitLocalCommand": "no",
        "Port": str(port),
    }
    if user:
        options["User"] = user
    if key is not None:
        options |= {"IdentityFile": _quoted(key), "IdentitiesOnly": "yes"}
    if known_hosts is not None:
        options |= {"UserKnownHostsFile": _quoted(known_hosts), "GlobalKnownHostsFile": "/dev/null"}
    if host_key_alias:
        options["HostKeyAlias"] = host_key_alias
    at = f"{user}@" if user else ""
    bracketed = f"[{host}]" if ":" in host else host
    return SshTarget(f"ssh://{at}{bracketed}:{port}", host, options, connect_timeout_s)


class SshTarget(Target):
    """An SSH host; its forwards share one connection, since many at once would hit sshd's MaxStartups."""

    def __init__(self, address: str, host: str, options: dict[str, str], connect_timeout_s: float) -> None:
        self._host = host
        self._options = options
        super().__init__(
            address,
            self._argv({"ControlMaster": "no", "ControlPath": "none"}, "--", host, "sh"),
            quotings=1,
            explain=self._explain_ssh,
            open_timeout_s=connect_timeout_s + 10,
        )

    @contextmanager
    def forward(self, port: int, *, host: str = "localhost") -> Iterator[Forwarded]:
        """As `Target.forward`; needs no program on the far side, but its sshd must allow forwarding."""
        checked_place(host, port)
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        with self._masters() as masters:

            @contextmanager
            def argv() -> Iterator[Sequence[str]]:
                with masters.session(limited=False) as control:
                    yield self._argv(_over(control), "-W", place, "--", self._host)

            with masters.session(limited=False):
                pass  # whether it can be opened at all is said at once

            def lost(_: str) -> Lost | None:
                return masters.lost() or self._forbidden(masters.said())

            way = Way(argv, lost, lambda within_s: masters.lost(within_s=within_s))
            with listening(way) as url:
                yield url

    @contextmanager
    def openings(self) -> Iterator[Opening]:
        with self._masters() as masters:

            @contextmanager
            def opening(*words: str) -> Iterator[Sequence[str]]:
                with masters.session() as control:
                    yield self._argv(_over(control), "--", self._host, *map(shlex.quote, words))

            yield opening

    def _masters(self) -> Masters:
        def why(said: str) -> Lost:
            ended = f"The connection to {self.address} ended while ports were forwarded over it."
            known = self._explain_ssh(_OF_A_PORT.sub("", said))
            return known if known and known.reason != "lost" else Lost(ended)

        return Masters(self._master, why=why, reopened=self._reopened)

    def _master(self, control: str) -> Line:
        # It tells why a port is not passed on, but not as an error.
        told = {"LogLevel": "INFO"}
        options = {"ControlPath": control, "ControlMaster": "yes", "ControlPersist": "no", **told}
        line = Line(self._argv(options, "--", self._host, "echo open; exec cat"))
        deadline = Deadline.after(self._open_timeout_s)
        while b"open\n" not in line.out:
            much = len(line.out) + len(line.err) > _LONGEST_WELCOME_BYTES
            if much or deadline.passed or not line.turn(deadline):
                line.close()
                said = bytes(line.err[-20_000:]).decode("utf-8", "replace")
                raise self._explain_ssh(said) or Lost(f"{self.address} opened no connection to forward over.")
        return line

    def _argv(self, options: dict[str, str], *words: str) -> tuple[str, ...]:
        pairs = (self._options | options).items()
        return ("ssh", "-T", *(f"-o{name}={value}" for name, value in pairs), *words)

    def _forbidden(self, said: str) -> Lost | None:
        """The far machine's SSH server told ours that it passes nothing on: that says nothing of the port."""
        if _FORBIDDEN not in said:
            return None
        return Lost(
            f"The SSH server of {self.address} does not allow ports to be forwarded over it.",
            remedy="In its sshd_config, see AllowTcpForwarding, PermitOpen and DisableForwarding.",
            reason="tools",
        )

    def _explain_ssh(self, said: str) -> Lost | None:
        for pattern, reason, sentence, remedy in _SAYINGS:
            if re.search(pattern, said):
                return Lost(sentence.format(name=self.address), remedy=remedy, reason=reason)
        return None


def from_address(address: SplitResult, **options: object) -> Target:
    """`ssh://host`, `ssh://user@host:2222`"""
    user, host = unquote(address.username or ""), address.hostname or ""
    known: dict[str, object] = {"user": user, "port": address.port or 22} | options
    return ssh(host, **known)  # type: ignore[arg-type]  # the caller's options, checked by the call itself


def ssh_banner(host: str, port: int = 22, timeout_s: float = 5) -> bool:
    """Whether an SSH server answers there: it introduces itself before anything is asked of it."""
    deadline = Deadline.after(timeout_s)
    heard = b""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as connection:
            while len(heard) < 10_000 and not deadline.passed:
                connection.settimeout(max(deadline.remaining_s(), 0.001))
                if not (more := connection.recv(1024)):
                    break
                heard += more
                if any(line.startswith(b"SSH-") for line in heard.splitlines()):
                    return True
    except OSError:
        return False
    return False


def _over(control: str) -> dict[str, str]:
    return {"ControlPath": control, "ControlMaster": "no"}


def _quoted(path: str | Path) -> str:
    """A path as a value of ssh's configuration, where `%` and blanks mean something."""
    return '"' + str(path).replace("%", "%%") + '"'
