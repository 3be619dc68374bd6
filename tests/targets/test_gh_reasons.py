"""What gh says when it does not get in, and what that means: with stand-ins for gh that say it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets import Lost, open_target
from pytest_cloudlab.targets.gh import gh


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("error getting codespace: HTTP 404: Not Found (https://api.github.com/user/codespaces/x)", "gone"),
        ("HTTP 401: Bad credentials (https://api.github.com/user)", "auth"),
        ("To get started with GitHub CLI, please run:  gh auth login", "auth"),
        ("HTTP 403: Must have admin rights to Repository. This API operation needs the \"codespace\" scope.",
         "auth"),
        ("error getting ssh server details: failed. Please check if an SSH server is installed", "tools"),
        ('unknown command "codespace" for "gh"', "tools"),
        ("generating SSH keys: failed to run ssh-keygen: exit status 1", "lost"),
        ("HTTP 409: The codespace cannot be entered: it is Failed", "stopped"),
        ("HTTP 429: too many requests", "lost"),
        ("HTTP 503: The twin was told to answer 503 here", "lost"),
        ("root@172.18.0.2: Permission denied (publickey).", "auth"),
        ("error connecting to api.github.com: dial tcp: lookup api.github.com: no such host", "timeout"),
        ("something nobody has foreseen", "lost"),
    ],
)  # fmt: skip
def test_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, reason: str) -> None:
    """Each is a reason of its own, with a remedy wherever one is known."""
    program = tmp_path / "gh"
    program.write_text(f"#!/bin/sh\ncat >&2 <<'X'\n{said}\nX\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with gh("fuzzy-waffle") as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.reason == reason
    with pytest.raises(Lost) as forwarding, target.forward(8888):
        pass
    assert forwarding.value.reason == reason
    assert bool(caught.value.remedy) == ("foreseen" not in said)


def test_no_gh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with gh("fuzzy-waffle") as target, pytest.raises(Lost) as caught:
        target.run("true")
    assert caught.value.reason == "tools"
    with pytest.raises(Lost) as forwarding, target.forward(8888):
        pass
    assert forwarding.value.reason == "tools"


def test_a_port_that_somebody_took_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another is tried. Whoever has it answers there before gh could, and is not taken for gh."""
    tries = tmp_path / "tries"
    program = tmp_path / "gh"
    program.write_text(
        f'#!/bin/sh\necho "$4" >> {tries}\n'
        f"if [ $(wc -l < {tries}) = 1 ]; then\n"
        '  timeout 20 python3 -m http.server --bind 127.0.0.1 "${4#*:}" >/dev/null 2>&1 & stranger=$!\n'
        "  sleep 1; echo Forwarding ports; kill $stranger; echo 'bind: address already in use' >&2; exit 1\n"
        'fi\necho "Forwarding ports: remote ${4%:*} <=> local ${4#*:}"; sleep 0.3\n'
        'exec python3 -m http.server --bind 127.0.0.1 "${4#*:}"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with gh("fuzzy-waffle").forward(8888) as url:
        first, second = tries.read_text().split()
        assert url == f"http://127.0.0.1:{second.removeprefix('8888:')}"
        assert first.startswith("8888:")


def test_the_words_that_open_it() -> None:
    """gh hands them to ssh: what is run there is quoted once for the shell on the far side."""
    target = open_target("gh://fuzzy-waffle")
    assert target.argv == ("gh", "codespace", "ssh", "-c", "fuzzy-waffle", "--", "sh")
    assert target.opening("echo", "a b")[-2:] == ("echo", "'a b'")


@pytest.mark.parametrize("name", ["", "-c", "a b", "a/b", "x;y", "ü"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        gh(name)
