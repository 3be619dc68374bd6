from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from pytest_cloudlab.clouds.storage import Blob, Bucket
from pytest_cloudlab.errors import (
    CloudlabError,
    CouldNotLook,
    Forbidden,
    NotFound,
    TooMuch,
    Unreachable,
    UsageError,
)

from .internet import Internet
from .odd_server import Asked

CONTENT = b"a cat"


def bucket(deadline_s: float = 5) -> Bucket:
    return Bucket("sdd", lambda: "t0ken", deadline_s=deadline_s)


def described(name: str, content: bytes = CONTENT, **more: Any) -> dict[str, Any]:
    md5 = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    return {"kind": "storage#object", "name": name, "size": str(len(content)), "md5Hash": md5, **more}


def listed(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "storage#objects", "items": list(items), **more}


def test_list(internet: Internet) -> None:
    """Objects are listed with size and MD5, over all pages, from the API's own host."""

    def pages(asked: Asked) -> None:
        if "pageToken=p2" in asked.path:
            asked.say(200, listed(described("be/cat/b", b"")))
        else:
            asked.say(200, listed(described("be/cat/a"), nextPageToken="p2"))

    internet.script = pages
    with_md5 = Blob("be/cat/a", len(CONTENT), hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())
    assert bucket().list("be/cat/") == [with_md5, Blob("be/cat/b", 0, "d41d8cd98f00b204e9800998ecf8427e")]
    assert internet.connected == ["storage.googleapis.com:443"]
    assert internet.paths[0].startswith("/storage/v1/b/sdd/o?prefix=be%2Fcat%2F&")
    assert internet.seen[0][2]["Authorization"] == "Bearer t0ken"


def test_list_of_nothing(internet: Internet) -> None:
    """A prefix that nothing has gives an empty list."""
    internet.script = lambda asked: asked.say(200, {"kind": "storage#objects"})
    assert bucket().list("none/") == []


def test_object_without_md5(internet: Internet) -> None:
    """A composed object, of which no MD5 is kept, is listed without one."""
    composed = {"kind": "storage#object", "name": "a", "size": "5", "componentCount": 2}
    internet.script = lambda asked: asked.say(200, listed(composed))
    assert bucket().list() == [Blob("a", 5, "")]


def test_read(internet: Internet) -> None:
    """An object's content is read in the generation that was described; its name may hold anything."""

    def script(asked: Asked) -> None:
        if "alt=media" in asked.path:
            asked.say(200, CONTENT)
        else:
            asked.say(200, described("be/a b?#é", generation="17"))

    internet.script = script
    assert bucket().read("be/a b?#é") == CONTENT
    assert internet.paths == [
        "/storage/v1/b/sdd/o/be%2Fa%20b%3F%23%C3%A9",
        "/storage/v1/b/sdd/o/be%2Fa%20b%3F%23%C3%A9?alt=media&generation=17",
    ]


@pytest.mark.parametrize("content", [b"a dog", b"a ca", b"a cat "])
def test_other_content(internet: Internet, content: bytes) -> None:
    """Content that is not what the object's MD5 says is not believed."""
    internet.script = lambda a: a.say(200, content if "alt=media" in a.path else described("a"))
    with pytest.raises(CouldNotLook):
        bucket().read("a", max_bytes=100)


def test_large_object(internet: Internet) -> None:
    """An object above the cap is too much, and is not fetched."""
    internet.script = lambda asked: asked.say(200, described("a", b"x" * 101))
    with pytest.raises(TooMuch, match="object a in bucket sdd has 101 bytes"):
        bucket().read("a", max_bytes=100)
    assert len(internet.seen) == 1


def test_object_that_lies_about_its_size(internet: Internet) -> None:
    """More content than was described is cut off."""
    internet.script = lambda a: a.say(200, b"x" * 5000 if "alt=media" in a.path else described("a"))
    with pytest.raises(TooMuch):
        bucket().read("a", max_bytes=1000)


def _error(status: int) -> Callable[[Asked], None]:
    return lambda asked: asked.say(status, {"error": {"code": status, "message": "no"}})


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (_error(404), NotFound, "has no bucket sdd"),
        (_error(401), Forbidden, r"bucket sdd \(HTTP 401\)"),
        (_error(403), Forbidden, r"bucket sdd \(HTTP 403\)"),
        (_error(503), Unreachable, r"no answer from storage.googleapis.com \(503, \d tries"),
        (_error(400), Unreachable, "not the Cloud Storage API's"),
        (lambda a: a.say(404, "<html>Not found", content_type="text/html"), Unreachable, "a web page"),
        (lambda a: a.say(200, "<!doctype html>Sign in"), Unreachable, "a web page, not the Cloud Storage"),
        (lambda a: a.say(200, {"tags": []}), Unreachable, "not the Cloud Storage API's"),
        (lambda a: a.say(200, {"kind": "storage#objects", "items": [3]}), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, {"kind": "storage#objects", "items": "x"}), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, listed({"name": "a", "size": "-x"})), CouldNotLook, "cannot be read"),
    ],
)
def test_errors(
    internet: Internet, script: Callable[[Asked], None], kind: type[CloudlabError], said: str
) -> None:
    """Not there, not allowed and no answer are three things."""
    internet.script = script
    with pytest.raises(kind, match=said):
        bucket(deadline_s=0.8).list()


def test_delete(internet: Internet) -> None:
    """All that lies in a bucket goes first, then the bucket."""

    def script(asked: Asked) -> None:
        if asked.command == "DELETE":
            asked.say(204)
        else:
            asked.say(200, listed(described("be/a b"), described("c")))

    internet.script = script
    bucket().delete()
    deleted = [path for method, path, _ in internet.seen if method == "DELETE"]
    assert deleted == ["/storage/v1/b/sdd/o/be%2Fa%20b", "/storage/v1/b/sdd/o/c", "/storage/v1/b/sdd"]


def test_delete_of_what_fills_again(internet: Internet) -> None:
    """What somebody puts into the bucket meanwhile is not deleted with it, and the error says why."""

    def script(asked: Asked) -> None:
        if asked.command == "DELETE":
            asked.say(
                409, {"error": {"code": 409, "message": "The bucket you tried to delete is not empty."}}
            )
        else:
            asked.say(200, listed())

    internet.script = script
    with pytest.raises(UsageError, match="bucket sdd cannot be deleted: it is not empty"):
        bucket().delete()


def test_unknown_authority(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that this machine does not trust ends the call at once."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    with pytest.raises(Unreachable, match=r"certificate is not one this machine trusts, 1 try in 0 s"):
        bucket().list()


def test_as_nobody(internet: Internet) -> None:
    """Without credentials, none are sent."""
    internet.script = lambda asked: asked.say(200, listed())
    Bucket("sdd", None).list()
    assert "Authorization" not in internet.seen[0][2]
