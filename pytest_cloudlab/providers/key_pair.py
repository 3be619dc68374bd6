"""SSH key pairs, made and read by OpenSSH's own `ssh-keygen`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pytest_cloudlab.errors import UsageError

CALL_S = 20


def generate(folder: Path) -> Path:
    """A new ed25519 private key without passphrase in `folder`, which nobody else may read."""
    private = folder / "id_ed25519"
    private.unlink(missing_ok=True)
    _keygen("-q", "-t", "ed25519", "-N", "", "-C", "cloudlab", "-f", str(private))
    return private


def public_half(private: Path) -> str:
    """The public key of a private one, as one line `ssh-ed25519 AAAA…`.

    Raises `UsageError` when the file is no private key, or one that asks for a passphrase.
    """
    return " ".join(_keygen("-y", "-P", "", "-f", str(private)).split()[:2])


def _keygen(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["ssh-keygen", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CALL_S,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"`ssh-keygen` did not run ({error})", remedy="Install OpenSSH's client.") from None
    if done.returncode:
        raise UsageError(
            f"`ssh-keygen` could not use {arguments[-1]}: {' '.join(done.stderr.split())[:200]}",
            remedy="Name a private key without a passphrase that you may read (chmod 600).",
        )
    return done.stdout
