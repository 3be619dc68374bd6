"""Who asks: Application Default Credentials, or the token file that gcloud also obeys."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import Forbidden, Unreachable, UsageError
from pytest_cloudlab.redaction import register_secret

TokenSource = Callable[[], str]
TOKEN_FILE = "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"  # noqa: S105  # the name of a variable, no secret
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
REFRESH_S = 10.0
_found: dict[str, Any] = {}
_lock = threading.Lock()


def access_token() -> str:
    """An OAuth access token that is valid now.

    Raises what `credentials` and `refresh` raise.
    """
    if file := os.environ.get(TOKEN_FILE):
        return _token_in(Path(file))
    key = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
    with _lock:
        if key not in _found:
            _found[key] = credentials()
        refresh(_found[key])
        token = str(_found[key].token)
    register_secret(token)
    return token


def credentials() -> Any:
    """The `google.auth` credentials of this environment.

    Raises `Forbidden` where there are none, and `UsageError` where google-auth is not installed.
    """
    try:
        import google.auth
        import google.auth.exceptions
        import google.oauth2.credentials
    except ImportError as error:
        raise UsageError(
            "asking Google Cloud needs its libraries", remedy="pip install 'pytest-cloudlab[gce]'"
        ) from error
    if file := os.environ.get(TOKEN_FILE):
        return google.oauth2.credentials.Credentials(token=_token_in(Path(file)))  # type: ignore[no-untyped-call]
    try:
        found, _ = google.auth.default(scopes=[SCOPE])
    except google.auth.exceptions.DefaultCredentialsError as error:
        raise Forbidden(
            "this machine has no Google Cloud credentials", remedy="gcloud auth application-default login"
        ) from error
    except google.auth.exceptions.GoogleAuthError as error:
        raise Unreachable("Google's sign-in does not answer") from error
    return found


def refresh(credentials: Any, *, within_s: float = REFRESH_S) -> None:
    """Make sure that the credentials hold a valid token; each try ends within `within_s`.

    Raises `Forbidden` when the sign-in refuses them, `Unreachable` when it does not answer.
    """
    if credentials.valid:
        return
    import requests
    from google.auth import exceptions
    from google.auth.transport.requests import Request

    from pytest_cloudlab.clouds.guard import bind

    session = requests.Session()
    bind(session, longest_s=within_s, max_bytes=1024 * 1024)
    try:
        credentials.refresh(Request(session=session))
    except exceptions.GoogleAuthError as error:
        raise sign_in_error(error) from error
    finally:
        session.close()


def sign_in_error(error: Exception) -> Forbidden | Unreachable:
    """What a `google.auth` error means: refused, or no answer. It may hold secrets; ours does not."""
    from google.auth import exceptions

    if isinstance(error, exceptions.TransportError) or getattr(error, "retryable", False):
        return Unreachable("Google's sign-in does not answer")
    return Forbidden(
        "Google's sign-in refused the credentials of this machine",
        remedy="gcloud auth application-default login",
    )


def _token_in(file: Path) -> str:
    try:
        token = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise UsageError(f"{TOKEN_FILE} names a file that cannot be read: {file}") from error
    if not token or any(c.isspace() for c in token):
        raise UsageError(f"{TOKEN_FILE} names a file that does not hold one token: {file}")
    register_secret(token)
    return token
