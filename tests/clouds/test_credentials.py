from __future__ import annotations

import json
from pathlib import Path

import pytest
from google.auth import exceptions

from pytest_cloudlab.clouds import credentials
from pytest_cloudlab.clouds.credentials import access_token, sign_in_error
from pytest_cloudlab.errors import Forbidden, Unreachable, UsageError

from .internet import Internet

USER = {
    "type": "authorized_user",
    "client_id": "id",
    "client_secret": "cl13nt",
    "refresh_token": "r3fresh",
}


@pytest.fixture
def user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Application Default Credentials of a user."""
    monkeypatch.setattr(credentials, "_found", {})
    file = tmp_path / "adc.json"
    file.write_text(json.dumps(USER))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    return file


def test_token_from_the_sign_in(internet: Internet, user_file: Path) -> None:
    """The token comes from Google's sign-in, and is kept while it is valid."""
    internet.script = lambda a: a.say(
        200, {"access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer"}
    )
    assert (access_token(), access_token()) == ("t0ken", "t0ken")
    assert internet.connected == ["oauth2.googleapis.com:443"]
    assert len(internet.seen) == 1


def test_sign_in_refuses(internet: Internet, user_file: Path) -> None:
    """Credentials that the sign-in refuses are forbidden, and the text holds none of them."""
    internet.script = lambda a: a.say(400, {"error": "invalid_grant", "error_description": "r3fresh"})
    with pytest.raises(Forbidden, match="gcloud auth application-default login") as caught:
        access_token()
    assert "r3fresh" not in str(caught.value)


def test_sign_in_is_silent(internet: Internet, user_file: Path) -> None:
    """A sign-in that does not answer is unreachable, within its limit."""
    internet.script = lambda asked: asked.drip(b"", 0.1)
    with pytest.raises(Unreachable, match="sign-in"):
        credentials.refresh(credentials.credentials(), within_s=0.2)


def test_meaning_of_errors() -> None:
    """An error that may pass is no refusal."""
    assert isinstance(sign_in_error(exceptions.TransportError("x")), Unreachable)  # type: ignore[no-untyped-call]
    assert isinstance(sign_in_error(exceptions.RefreshError("x", retryable=True)), Unreachable)  # type: ignore[no-untyped-call]
    assert isinstance(sign_in_error(exceptions.RefreshError("x")), Forbidden)  # type: ignore[no-untyped-call]


def test_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without credentials is told how to get them."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.delenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setattr(credentials, "_found", {})
    with pytest.raises(
        Forbidden, match=r"no Google Cloud credentials\ngcloud auth application-default login"
    ):
        access_token()


def test_token_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token file that gcloud obeys wins, and is read anew each time."""
    file = tmp_path / "token"
    monkeypatch.setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", str(file))
    for token in ("one", "two"):
        file.write_text(f"{token}\n")
        assert access_token() == token
        assert credentials.credentials().token == token


@pytest.mark.parametrize("content", [None, "", "two words", "é"])
def test_token_file_of_nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None) -> None:
    """A token file that is missing or holds no token is a mistake, named with its path."""
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", str(file))
    with pytest.raises(UsageError, match=str(file)):
        access_token()
