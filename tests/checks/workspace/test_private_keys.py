"""Which private keys are found on a volume, and whose they are taken for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace import private_keys as module
from pytest_cloudlab.checks.workspace.private_keys import ELSEWHERE, Keys, private_keys
from pytest_cloudlab.errors import CouldNotLook, TimedOut
from pytest_cloudlab.targets.local import local
from tests.checks.workspace.stubs import Machine, said

OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"
PKCS8 = "-----BEGIN PRIVATE KEY-----\nMIIE\n"
PUTTY = "PuTTY-User-Key-File-3: ssh-ed25519\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "workspaces" / "alice"
    folder.mkdir(parents=True)
    return folder


def put(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def searched(volume: Path) -> Keys:
    with local() as here:
        return private_keys(here, str(volume), str(volume / "workspaces" / "alice"))


def test_in_one_s_own_folder_a_key_is_known_by_its_first_line(tmp_path: Path, own: Path) -> None:
    """Whatever it is called, and whatever it is for."""
    keys = {
        own / "notes.txt": OPENSSH,
        own / ".ssh/id_rsa": PEM,
        own / "putty.ppk": PUTTY,
        own / "two words/id_ecdsa": PEM.replace("RSA", "EC"),
        own / "deploy.pem": PEM,
        own / "work_key": PKCS8,
    }
    others = {
        own / ".ssh/id_rsa.pub": "ssh-rsa AAAA\n",
        own / "howto.md": f"A key begins so:\n{OPENSSH}",
        own / "env/lib/site-packages/tests/key": OPENSSH,
        own / "empty": "",
        own / "binary": "\0\1\2",
    }
    put(keys | others)
    assert {Path(each) for each in searched(tmp_path).own} == keys.keys()


def test_another_s_key_is_not_held_against_a_member(tmp_path: Path, own: Path) -> None:
    """Their pods have the same user, as a rule: whose folder it is in tells whose it is."""
    put(
        {
            tmp_path / "workspaces/bob/.ssh/id_rsa": PEM,
            tmp_path / "workspaces/bob/tls.pem": PEM,
            tmp_path / "shared/key": OPENSSH,
        }
    )
    found = searched(tmp_path)
    assert found.own == ()
    assert found.others == {
        "bob": [str(tmp_path / "workspaces/bob/.ssh/id_rsa")],
        ELSEWHERE: [str(tmp_path / "shared/key")],
    }
    assert found.rest == "searched, 0 skipped"


def test_a_key_of_a_user_whom_only_one_member_has_is_that_member_s(tmp_path: Path, own: Path) -> None:
    put({tmp_path / "shared/key": OPENSSH})
    assert searched(tmp_path).own == (str(tmp_path / "shared/key"),)


def test_a_path_that_cannot_be_followed_may_be_a_key(tmp_path: Path, own: Path) -> None:
    """Such as one with a line break in it. It ends no search: a key is found all the same."""
    put({own / "two\nlines": OPENSSH})
    with pytest.raises(CouldNotLook, match="a key may be there"):
        searched(tmp_path)
    put({own / name: OPENSSH for name in ("a", "z")})
    assert {*searched(tmp_path).own} == {str(own / "a"), str(own / "z")}


def test_what_a_search_skipped_in_one_s_own_folder_may_be_a_key() -> None:
    with pytest.raises(CouldNotLook, match="a key may be there"):
        private_keys(Machine(said("skipped 1\n")), "/pvc", "/pvc/workspaces/alice")
    found = private_keys(
        Machine(said("/pvc/workspaces/alice/k\nskipped 1\n")), "/pvc", "/pvc/workspaces/alice"
    )
    assert found.own == ("/pvc/workspaces/alice/k",)


@pytest.mark.parametrize("text", ["", "/pvc/workspaces/alice/k\n"])
def test_a_search_that_did_not_end_says_nothing(text: str) -> None:
    """As where there is no awk."""
    with pytest.raises(CouldNotLook, match="no awk"):
        private_keys(Machine(said(text, 127)), "/pvc", "/pvc/workspaces/alice")


def test_a_volume_too_large_to_search_holds_nobody_up() -> None:
    """What matters of it is one's own folder."""
    found = private_keys(Machine(said("skipped 0\n"), TimedOut("too slow")), "/pvc", "/pvc/workspaces/alice")
    assert (found.own, found.rest) == ((), "too slow")


def test_a_search_ends_with_the_keys_that_it_shows(tmp_path: Path, own: Path) -> None:
    put({own / f"key-{number}": OPENSSH for number in range(module.KEYS + 5)})
    assert len(searched(tmp_path).own) == module.KEYS
