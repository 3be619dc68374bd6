"""Uploads in one piece, with a description before the content, and in sessions."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from pytest_cloudlab.twin.storage import blobs

from .conftest import ROOT, TOKEN, Service, error

PIECE = 256 * 1024
UPLOAD = f"{ROOT}/upload/storage/v1/b/team/o"


def multipart(
    team: Service, about: Any, content: bytes, *, newline: bytes = b"\r\n", quote: str = ""
) -> requests.Response:
    lines = (
        b"--=sep=",
        b"Content-Type: application/json",
        b"",
        json.dumps(about).encode(),
        b"--=sep=",
        b"Content-Type: image/gif",
        b"",
        content,
        b"--=sep=--",
    )
    headers = {"Content-Type": f"multipart/related; boundary={quote}=sep={quote}"}
    query = {"uploadType": "multipart"}
    return team.ask("POST", UPLOAD, params=query, data=newline.join(lines), headers=headers)


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("quote", ["", "'", '"'], ids=["bare", "single", "double"])
@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"a\n", b"\n--=sep", b"--=sep=--", bytes(range(256)) * 3000], ids=range(6)
)
def test_a_multipart_upload(team: Service, newline: bytes, quote: str, content: bytes) -> None:
    """As three kinds of client write it; the content may look like what separates the parts."""
    made = multipart(team, {"name": "a", "metadata": {"k": "v"}}, content, newline=newline, quote=quote)
    assert made.ok, made.text
    assert (made.json()["contentType"], made.json()["metadata"]) == ("image/gif", {"k": "v"})
    assert team.read("a").content == content


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("multipart/related", b"--x\r\n\r\n{}"),
        ("multipart/related; boundary=x", b"--y\r\n\r\n{}\r\n--y--"),
        ("multipart/related; boundary=x", b"--x\r\n\r\n{}\r\n--x--"),
        ("multipart/related; boundary=x", b'--x\r\n\r\n{"name": "a"}\r\n--x\r\n\r\ncut sho'),
        ("multipart/related; boundary=x", b"--x\r\n\r\nnot json\r\n--x\r\n\r\n1\r\n--x--"),
        ("multipart/related; boundary=x", b"a" * 100_000),
        ("multipart/related; boundary=x", b"--x\r\n" + b"a: b\r\n" * 1000),
    ],
    ids=range(7),
)
def test_a_broken_multipart_body_is_400_and_leaves_nothing(team: Service, kind: str, data: bytes) -> None:
    query = {"uploadType": "multipart"}
    answer = team.ask("POST", UPLOAD, params=query, data=data, headers={"Content-Type": kind})
    assert answer.status_code == 400, answer.text
    assert team.names() == []
    assert not team.blobs


@pytest.mark.parametrize(
    "query", [{}, {"uploadType": "carrier-pigeon", "name": "a"}, {"uploadType": "media"}]
)
def test_an_upload_without_a_kind_or_a_name_is_400(team: Service, query: dict[str, str]) -> None:
    assert team.ask("POST", UPLOAD, params=query, data=b"1").status_code == 400


def test_an_upload_into_no_bucket_is_404(service: Service) -> None:
    assert error(service.upload("a", b"1", "nobodys")) == (404, "notFound")


@pytest.mark.parametrize("field", ["md5Hash", "crc32c"])
def test_a_content_that_is_not_what_the_client_meant_is_400(team: Service, field: str) -> None:
    answer = multipart(team, {"name": "a", field: "AAAAAA=="}, b"hello")
    assert error(answer) == (400, "invalid")
    assert "doesn't match" in answer.json()["error"]["message"]
    assert not team.blobs
    right = {"md5Hash": "XUFAKrxLKna5cZ2REBfFkg==", "crc32c": "mnG7TA=="}
    assert multipart(team, {"name": "a", field: right[field]}, b"hello").ok


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "LARGEST_BYTES", 100)


@pytest.mark.usefixtures("small")
def test_what_is_too_large_is_413_and_leaves_nothing(team: Service) -> None:
    assert team.upload("a", b"1" * 100).ok
    assert error(team.upload("b", b"1" * 101)) == (413, "uploadTooLarge")
    assert len(team.blobs) == 1


def test_a_full_disk_is_said(team: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "RESERVE_BYTES", 2**62)
    answer = team.upload("a", b"1")
    assert (answer.status_code, "nearly full" in answer.text) == (413, True)
    assert not team.blobs


def begin(team: Service, name: str = "a", root: str = "upload", **headers: str) -> str:
    """The session's address."""
    query = {"uploadType": "resumable", "name": name}
    about = {"contentType": "image/gif"}
    address = f"{ROOT}/{root}/storage/v1/b/team/o"
    answer = team.ask("POST", address, params=query, json=about, headers=headers)
    assert answer.status_code == 200, answer.text
    location = answer.headers["Location"]
    assert location.startswith(address)
    assert parse_qs(urlsplit(location).query)["upload_id"] == [answer.headers["X-GUploader-UploadID"]]
    return location


def put(team: Service, session: str, data: bytes, content_range: str = "") -> requests.Response:
    headers = {"Content-Range": content_range} if content_range else {}
    return team.ask("PUT", session, data=data, headers=headers)


@pytest.mark.parametrize("root", ["upload", "resumable/upload"])
def test_a_session_of_two_pieces(team: Service, root: str) -> None:
    session, data = begin(team, root=root), bytes(range(256)) * 1024 + b"rest"
    first = put(team, session, data[:PIECE], f"bytes 0-{PIECE - 1}/*")
    assert (first.status_code, first.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")
    assert team.names() == []
    last = put(team, session, data[PIECE:], f"bytes {PIECE}-{PIECE + 3}/{PIECE + 4}")
    assert (last.json()["size"], last.json()["contentType"]) == (str(PIECE + 4), "image/gif")
    assert team.read("a").content == data


def test_a_session_in_one_request_without_a_range(team: Service) -> None:
    assert put(team, begin(team), b"whole").json()["size"] == "5"
    assert team.read("a").content == b"whole"


@pytest.mark.parametrize("question", ["bytes */*", f"bytes */{PIECE * 2}"])
def test_a_session_says_how_much_has_arrived(team: Service, question: str) -> None:
    session = begin(team)
    nothing = put(team, session, b"", question)
    assert (nothing.status_code, "Range" in nothing.headers) == (308, False)
    put(team, session, b"1" * PIECE, f"bytes 0-{PIECE - 1}/{PIECE * 2}")
    some = put(team, session, b"", question)
    assert (some.status_code, some.headers["Range"]) == (308, f"bytes=0-{PIECE - 1}")
    made = put(team, session, b"2" * PIECE, f"bytes {PIECE}-{PIECE * 2 - 1}/{PIECE * 2}").json()
    assert put(team, session, b"", question).json() == made


def test_an_empty_object_is_finished_by_its_size(team: Service) -> None:
    assert put(team, begin(team), b"", "bytes */0").json()["size"] == "0"


def test_what_is_sent_twice_is_taken_once(team: Service) -> None:
    """A client that did not see the answer sends a piece again."""
    session, data = begin(team), b"1" * PIECE + b"2" * PIECE
    put(team, session, data[:PIECE], f"bytes 0-{PIECE - 1}/*")
    assert (
        put(team, session, data[:PIECE], f"bytes 0-{PIECE - 1}/*").headers["Range"] == f"bytes=0-{PIECE - 1}"
    )
    assert put(team, session, data, f"bytes 0-{2 * PIECE - 1}/{2 * PIECE}").ok
    assert team.read("a").content == data


@pytest.mark.parametrize(
    ("content_range", "size"),
    [
        (f"bytes {PIECE}-{2 * PIECE - 1}/*", PIECE),
        ("bytes 0-99/*", 100),
        (f"bytes 0-{PIECE - 1}/*", 100),
        ("bytes 0-99/50", 100),
        (f"bytes 0-{PIECE - 1}/999999", PIECE),
        ("pieces 0-99/100", 100),
        ("bytes 5-1/10", 10),
    ],
)
def test_a_piece_that_does_not_fit_is_400_and_not_kept(team: Service, content_range: str, size: int) -> None:
    """After a gap, too short, of another length or total than it says; the session goes on."""
    session = begin(team, **{"X-Upload-Content-Length": str(2 * PIECE)})
    assert put(team, session, b"1" * size, content_range).status_code == 400
    assert "Range" not in put(team, session, b"", "bytes */*").headers
    assert put(team, session, b"2" * 2 * PIECE, f"bytes 0-{2 * PIECE - 1}/{2 * PIECE}").ok


def test_a_broken_connection_loses_only_what_did_not_arrive(team: Service) -> None:
    session = begin(team)
    port = team.session.get_adapter(ROOT)._port  # type: ignore[attr-defined] # the test's own adapter
    target = session.removeprefix(ROOT)
    head = f"PUT {target} HTTP/1.1\r\nHost: storage.googleapis.com\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Range: bytes 0-{2 * PIECE - 1}/{2 * PIECE}\r\nContent-Length: {2 * PIECE}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode() + b"1" * PIECE)
        while not team.blobs[0].stat().st_size:
            pass
    received = put_again(team, session)
    rest = 2 * PIECE - received
    assert put(team, session, b"1" * rest, f"bytes {received}-{2 * PIECE - 1}/{2 * PIECE}").ok
    assert team.read("a").content == b"1" * 2 * PIECE


def put_again(team: Service, session: str) -> int:
    """How much has arrived, once the broken request is over."""
    while (answer := put(team, session, b"", "bytes */*")).status_code == 409:
        pass
    return int(answer.headers["Range"].partition("-")[2]) + 1


def test_a_session_outlives_the_process(team: Service) -> None:
    session = begin(team)
    put(team, session, b"1" * PIECE, f"bytes 0-{PIECE - 1}/*")
    team.restart()
    assert put(team, session, b"", "bytes */*").headers["Range"] == f"bytes=0-{PIECE - 1}"
    assert put(team, session, b"2", f"bytes {PIECE}-{PIECE}/{PIECE + 1}").json()["size"] == str(PIECE + 1)


def test_a_session_that_was_cancelled_is_gone(team: Service) -> None:
    session = begin(team)
    assert team.ask("DELETE", session).status_code == 499
    assert put(team, session, b"1").status_code == 404
    assert not team.blobs


def test_a_finished_session_does_not_take_its_object_along(team: Service) -> None:
    session = begin(team)
    put(team, session, b"whole")
    team.restart()
    assert team.ask("DELETE", session).status_code == 499
    assert team.read("a").content == b"whole"


def test_a_session_belongs_to_its_bucket(team: Service) -> None:
    session = begin(team).replace("/b/team/", "/b/course/")
    assert put(team, session, b"1").status_code == 404


def test_a_session_ends_with_the_content_that_was_meant(team: Service) -> None:
    session = begin(team)
    headers = {"X-Goog-Hash": "crc32c=AAAAAA=="}
    answer = team.ask("PUT", session, data=b"hello", headers=headers)
    assert error(answer) == (400, "invalid")
    assert team.names() == []
    assert not team.blobs


def test_a_condition_holds_at_the_end_of_a_session_too(team: Service) -> None:
    query = {"uploadType": "resumable", "name": "a", "ifGenerationMatch": "0"}
    session = team.ask("POST", UPLOAD, params=query).headers["Location"]
    team.upload("a", b"first")
    assert error(put(team, session, b"second")) == (412, "conditionNotMet")
    assert error(team.ask("POST", UPLOAD, params=query)) == (412, "conditionNotMet")
    assert team.read("a").content == b"first"


@pytest.fixture
def peak() -> Iterator[Any]:
    import tracemalloc

    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("kind", ["media", "resumable"])
def test_a_large_upload_is_not_held_in_memory(team: Service, tmp_path: Path, peak: Any, kind: str) -> None:
    size = 40 * 1024 * 1024
    with (tmp_path / "large").open("wb") as file:
        file.truncate(size)
    with (tmp_path / "large").open("rb") as file:
        if kind == "media":
            query = {"uploadType": "media", "name": "a"}
            answer = team.ask("POST", UPLOAD, params=query, data=file)
        else:
            answer = team.ask("PUT", begin(team), data=file)
    assert answer.json()["size"] == str(size)
    assert peak() < 16 * 1024 * 1024


def test_open_sessions_are_capped(team: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest makes room."""
    from pytest_cloudlab.twin.storage import sessions

    monkeypatch.setattr(sessions, "MOST", 2)
    addresses = [begin(team, name) for name in "abc"]
    assert [put(team, address, b"1").status_code for address in addresses] == [404, 200, 200]
    assert len(team.blobs) == 2
