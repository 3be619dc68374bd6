"""What GitHub's no means: for a check, "not there" and "you may not look" are far apart."""

from __future__ import annotations

import time

from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.errors import CloudlabError, Forbidden, NotFound, Unreachable, UsageError

SAID_CHARS = 300


def refusal(answer: Answer, what: str) -> CloudlabError | None:
    """The error for a status below 500 that says no; None where it is none of GitHub's."""
    document = answer.json()
    if answer.moved or not isinstance(document, dict):
        return None
    headers = {name.lower(): value.strip() for name, value in answer.headers.items()}
    match answer.status:
        case 401:
            return Forbidden(
                f"{answer.host} does not accept the token",
                remedy="Sign in anew (gh auth login), or set GH_TOKEN to a token that has not expired.",
            )
        case 403 if headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers:
            return Unreachable(
                f"{answer.host} answers no more questions for now: its rate limit is used up",
                remedy=f"Try again {_when(headers)}.",
            )
        case 403 if "x-github-sso" in headers:
            return Forbidden(
                f"{answer.host} shows {what} only to tokens that single sign-on has authorized",
                remedy="Authorize the token for the organization: github.com/settings/tokens, Configure SSO.",
            )
        case 402 | 403:
            return Forbidden(
                f"{answer.host} does not let this token do that with the {what}{_said(document)}",
                remedy="The token needs the scope `codespace`: gh auth refresh --scopes codespace",
            )
        case 404:
            return NotFound(
                f"{answer.host} has no {what}",
                remedy="GitHub says the same of what the token's owner may not see: check whose token it is.",
            )
        case 400 | 422:
            return UsageError(f"{answer.host} does not accept this for the {what}{_said(document)}")
    return None


def _said(document: dict[str, object]) -> str:
    said = str(document.get("message", ""))
    return f": {' '.join(said.split())[:SAID_CHARS]}" if said else ""


def _when(headers: dict[str, str]) -> str:
    for name, since in (("retry-after", 0.0), ("x-ratelimit-reset", time.time())):
        told = headers.get(name, "")
        if told.isascii() and told.isdigit() and len(told) < 12:
            return f"in {max(1, round((int(told) - since) / 60))} min"
    return "later"
