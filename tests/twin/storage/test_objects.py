"""Objects: what is known of them, conditions, deletion, the folder below."""

from __future__ import annotations

import base64
import hashlib

import google_crc32c
import pytest

from .conftest import Service, error, of


def sums(data: bytes) -> tuple[str, str]:
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    crc32c = google_crc32c.value(data).to_bytes(4, "big")
    return base64.b64encode(md5).decode(), base64.b64encode(crc32c).decode()


def test_an_object_has_the_fields_that_clients_read(team: Service) -> None:
    made = team.upload("dir/a b+é", b"hello").json()
    assert (made["md5Hash"], made["crc32c"]) == sums(b"hello") == ("XUFAKrxLKna5cZ2REBfFkg==", "mnG7TA==")
    assert (made["name"], made["size"], made["contentType"]) == ("dir/a b+é", "5", "text/plain")
    assert (made["metageneration"], made["timeCreated"]) == ("1", made["updated"])
    assert made["id"] == f"team/dir/a b+é/{made['generation']}"
    assert made["mediaLink"].endswith(f"/o/dir%2Fa%20b%2B%C3%A9?generation={made['generation']}&alt=media")
    assert team.ask("GET", of("dir/a b+é")).json() == made


@pytest.mark.parametrize(
    "name", ["../../escape", "/etc/passwd", "a//b", "a/../b", "%2e%2e", "..%2F", "x" * 1024]
)
def test_any_name_is_only_a_name(team: Service, name: str) -> None:
    """The content lies in one flat folder, under names of the twin's own."""
    assert team.upload(name, b"1").ok
    assert team.names() == [name]
    assert team.read(name).content == b"1"
    (blob,) = team.blobs
    assert len(blob.name) == 32
    assert blob.name.isalnum()


@pytest.mark.parametrize(
    "name", ["..", ".", "a\nb", "a\rb", "x" * 1025, "é" * 513, ".well-known/acme-challenge/x"]
)
def test_what_the_real_one_takes_for_no_name_is_400(team: Service, name: str) -> None:
    assert team.upload(name, b"1").status_code == 400
    assert not team.blobs


def test_a_new_content_is_a_new_generation_and_the_old_one_is_gone(team: Service) -> None:
    first, second = team.upload("a", b"1").json(), team.upload("a", b"2").json()
    assert int(second["generation"]) > int(first["generation"])
    query = {"generation": first["generation"]}
    assert error(team.ask("GET", of("a"), params=query)) == (404, "notFound")
    assert error(team.ask("DELETE", of("a"), params=query)) == (404, "notFound")
    assert len(team.blobs) == 1


def test_conditions_that_hold(team: Service) -> None:
    made = team.upload("a", b"1", ifGenerationMatch="0").json()
    query = {"ifGenerationMatch": made["generation"], "ifMetagenerationMatch": "1"}
    assert team.ask("GET", of("a"), params=query).ok
    assert team.upload("a", b"2", ifGenerationMatch=made["generation"]).ok


def test_conditions_that_do_not_hold_are_412(team: Service) -> None:
    made = team.upload("a", b"1").json()
    refused = 412, "conditionNotMet"
    assert error(team.upload("a", b"2", ifGenerationMatch="0")) == refused
    assert error(team.upload("b", b"2", ifGenerationMatch="7")) == refused
    assert error(team.ask("DELETE", of("a"), params={"ifGenerationMatch": "7"})) == refused
    assert error(team.ask("PATCH", of("a"), params={"ifMetagenerationMatch": "2"}, json={})) == refused
    query = {"ifGenerationNotMatch": made["generation"]}
    assert error(team.ask("DELETE", of("a"), params=query)) == refused
    assert team.ask("GET", of("a"), params=query).status_code == 304
    assert team.read("a").content == b"1"
    assert len(team.blobs) == 1


@pytest.mark.parametrize("name", ["generation", "ifGenerationMatch"])
@pytest.mark.parametrize("value", ["x", "1.5", "²", "9" * 30])
def test_a_generation_that_is_no_number_is_400(team: Service, name: str, value: str) -> None:
    team.upload("a", b"1")
    assert error(team.ask("GET", of("a"), params={name: value})) == (400, "invalid")


def test_a_patch_keeps_the_content_and_counts(team: Service) -> None:
    made = team.upload("a", b"1").json()
    team.ask("PATCH", of("a"), json={"metadata": {"x": "1", "y": "2"}, "cacheControl": "no-store"})
    changed = team.ask("PATCH", of("a"), json={"metadata": {"x": None}, "contentType": "image/gif"}).json()
    assert (changed["metadata"], changed["contentType"]) == ({"y": "2"}, "image/gif")
    assert (changed["generation"], changed["metageneration"]) == (made["generation"], "3")
    assert changed["etag"] != made["etag"]
    answer = team.read("a")
    assert (answer.content, answer.headers["Cache-Control"]) == (b"1", "no-store")


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"metadata": {"a": 1}}',
        b'{"metadata": "a"}',
        b'{"contentType": "a\\r\\nSet-Cookie: b"}',
        b'{"storageClass": "X"}',
        b'{"temporaryHold": true}',
    ],
    ids=range(7),
)
def test_what_cannot_be_said_of_an_object_is_400(team: Service, body: bytes) -> None:
    team.upload("a", b"1")
    assert team.ask("PATCH", of("a"), data=body).status_code == 400
    assert team.ask("GET", of("a")).json()["metageneration"] == "1"


def test_a_body_that_is_too_large_is_refused(team: Service) -> None:
    team.upload("a", b"1")
    assert team.ask("PATCH", of("a"), data=b" " * 2_000_000 + b"{}").status_code == 413


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        ("bytes=1-3", 206, b"123"),
        ("bytes=8-", 206, b"89"),
        ("bytes=-2", 206, b"89"),
        ("bytes=0-99", 200, b"0123456789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("bytes=3-1", 200, b"0123456789"),
    ],
)
def test_a_range_of_a_content(team: Service, wanted: str, status: int, content: bytes) -> None:
    team.upload("a", b"0123456789")
    answer = team.read("a", headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (status, content)
    if status == 206:
        first = b"0123456789".index(content)
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(content) - 1}/10"


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=-0"])
def test_a_range_behind_the_end_is_416(team: Service, wanted: str) -> None:
    team.upload("a", b"0123456789")
    assert team.read("a", headers={"Range": wanted}).status_code == 416


def test_a_download_says_what_it_is(team: Service) -> None:
    made = team.upload("a", b"hello").json()
    headers = team.read("a").headers
    assert headers["X-Goog-Hash"] == "crc32c=mnG7TA==,md5=XUFAKrxLKna5cZ2REBfFkg=="
    assert headers["X-Goog-Generation"] == made["generation"]
    assert headers["X-Goog-Stored-Content-Length"] == headers["Content-Length"] == "5"
    assert headers["Content-Type"] == "text/plain"


def test_the_seeded_folder_stays_as_it_is(service: Service) -> None:
    """Written, described and deleted objects are the twin's; the folder's files are the course's."""
    service.upload("cat/1.gif", b"mine", "course")
    service.upload("new", b"1", "course")
    service.ask("PATCH", of("cat/app.py", "course"), json={"metadata": {"a": "b"}})
    assert service.read("cat/1.gif", "course").content == b"mine"
    assert service.read("cat/app.py", "course").content == b"print(1)\n"
    for name in ("cat/1.gif", "cat/app.py"):
        assert service.ask("DELETE", of(name, "course")).status_code == 204
        assert service.read(name, "course").status_code == 404
    assert service.names("course") == ["new"]
    files = sorted(path for path in service.seed.rglob("*") if path.is_file())
    assert [path.read_bytes() for path in files] == [b"GIF89a", b"print(1)\n"]


def test_a_seeded_bucket_that_was_emptied_can_be_deleted_and_stays_deleted(service: Service) -> None:
    assert error(service.ask("DELETE", "/b/course")) == (409, "conflict")
    for name in service.names("course"):
        service.ask("DELETE", of(name, "course"))
    assert service.ask("DELETE", "/b/course").status_code == 204
    service.restart()
    assert service.ask("GET", "/b/course").status_code == 404


def test_a_file_that_comes_into_the_seeded_folder_is_seen(service: Service) -> None:
    service.restart()
    (service.seed / "late").write_bytes(b"late")
    assert "late" in service.names("course")
    assert service.read("late", "course").content == b"late"


def test_links_that_leave_the_seeded_folder_are_not_there(service: Service) -> None:
    (service.seed.parent / "secret").write_text("secret")
    (service.seed / "link").symlink_to("../secret")
    assert service.names("course") == ["cat/1.gif", "cat/app.py"]
    assert service.read("link", "course").status_code == 404


def test_a_compressed_neighbour_is_an_object_of_its_own(service: Service) -> None:
    """A file beside it with `.gz` is never sent in an object's place."""
    (service.seed / "cat" / "app.py.gz").write_bytes(b"other")
    assert "cat/app.py.gz" in service.names("course")
    assert service.read("cat/app.py", "course").content == b"print(1)\n"


def test_all_of_it_outlives_the_process(team: Service) -> None:
    made = team.upload("a", b"1").json()
    team.ask("DELETE", of("cat/1.gif", "course"))
    team.ask("PATCH", "/b/team", json={"labels": {"a": "b"}})
    (team.folder / "storage" / ("0" * 32)).write_bytes(b"of an upload that a crash ended")
    team.restart()
    assert team.ask("GET", of("a")).json() == made
    assert team.read("a").content == b"1"
    assert team.names("course") == ["cat/app.py"]
    assert team.ask("GET", "/b/team").json()["labels"] == {"a": "b"}
    assert len(team.blobs) == 1
    assert int(team.upload("a", b"2").json()["generation"]) > int(made["generation"])
