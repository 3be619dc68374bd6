"""What GitHub's command line says when it cannot do as asked, and what that means."""

from __future__ import annotations

import re

from pytest_cloudlab.targets.lost import Lost, Reason

NONE = "This machine has no gh."
INSTALL = "Install it: https://cli.github.com"

_LOGIN = "Sign in with `gh auth login`, or set GH_TOKEN to a token with the scope `codespace`."

_SAYINGS: tuple[tuple[str, Reason, str, str], ...] = (
    (
        r"HTTP 404|Not Found",
        "gone",
        "GitHub has no codespace {name}, or does not show it to this account.",
        "See `gh codespace list`; GitHub says the same of what belongs to somebody else.",
    ),
    (
        r"HTTP 401|Bad credentials|gh auth login|authentication (?:token|required)",
        "auth",
        "GitHub does not accept the token that gh has.",
        _LOGIN,
    ),
    (
        r"HTTP 403|admin rights|needs the \"codespace\" scope|must have .*scope",
        "auth",
        "GitHub does not let this token into the codespace {name}.",
        "Give it the scope: gh auth refresh --hostname github.com --scopes codespace",
    ),
    (
        r"SSH server is installed|sshd|error getting ssh server details",
        "tools",
        "The codespace {name} has no SSH server that gh could reach.",
        "Add the feature ghcr.io/devcontainers/features/sshd:1 to its devcontainer.json, and rebuild it.",
    ),
    (
        r"ssh-keygen|generat\w+ (?:an? )?(?:new )?ssh key",
        "lost",
        "gh could not make its key, ~/.ssh/codespaces.auto.",
        "Try again: another gh may have been at it. If not, see whether ~/.ssh can be written to.",
    ),
    (
        r"unknown command \"(?:codespace|ssh)\"|unknown (?:shorthand )?flag",
        "tools",
        "This machine's gh is too old to enter codespaces.",
        "Install a newer one: https://cli.github.com",
    ),
    (
        r"there is no gh on this machine",
        "tools",
        NONE,
        INSTALL,
    ),
    (
        r"HTTP 409|cannot be entered|not in a ready state|codespace is (?:not available|shutting down)",
        "stopped",
        "The codespace {name} does not run.",
        "Start it at github.com/codespaces, or wait until it has stopped and try again.",
    ),
    (
        r"HTTP 429|rate limit|HTTP 5\d\d",
        "lost",
        "GitHub answers no more than an error for now.",
        "Try again later.",
    ),
    (
        r"Permission denied",
        "auth",
        "The codespace {name} does not take the key that gh made.",
        "Remove ~/.ssh/codespaces.auto and its .pub, and try again: gh makes new ones.",
    ),
    (
        r"Could not resolve|no such host|dial tcp|connect to host|timed out|does not answer",
        "timeout",
        "The codespace {name} could not be reached.",
        "Check this machine's network, and that the codespace runs: gh codespace list",
    ),
)


def explain(said: str, name: str) -> Lost | None:
    """The error for what gh said of the codespace `name`; None when nobody has foreseen it."""
    for pattern, reason, sentence, remedy in _SAYINGS:
        if re.search(pattern, said, re.IGNORECASE):
            return Lost(sentence.format(name=name), remedy=remedy, reason=reason)
    return None


def no_gh() -> Lost:
    return Lost(NONE, remedy=INSTALL, reason="tools")
