from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pytest_cloudlab.clouds.artifacts import Artifacts, Image, Repository
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, NotFound, Unreachable, UsageError

from .internet import Internet
from .odd_server import Asked

CREATED = "2026-01-02T03:04:05.678901Z"
TIME = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
DIGEST = "sha256:" + "ab" * 32
PATH = "projects/sdd/locations/europe-west1/repositories/web"
WEB = Repository("sdd", "europe-west1", "web", "DOCKER", TIME)
IMAGE = Image("deep/app", DIGEST, ("1.0", "latest"), 64, TIME)


def artifacts(deadline_s: float = 5) -> Artifacts:
    return Artifacts("sdd", lambda: "t0ken", deadline_s=deadline_s)


def described(path: str = PATH, **more: Any) -> dict[str, Any]:
    return {"name": path, "format": "DOCKER", "createTime": CREATED, **more}


def item(**more: Any) -> dict[str, Any]:
    name = f"{PATH}/dockerImages/deep%2Fapp@{DIGEST}"
    return {
        "name": name,
        "tags": ["1.0", "latest"],
        "imageSizeBytes": "64",
        "uploadTime": CREATED,
        **more,
    }


def refused(status: int, word: str, **more: Any) -> Callable[[Asked], None]:
    return lambda asked: asked.say(
        status, {"error": {"code": status, "message": "no", "status": word, **more}}
    )


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("eu.gcr.io/team", "projects/team/locations/europe/repositories/eu.gcr.io"),
        ("gcr.io/team", "projects/team/locations/us/repositories/gcr.io"),
        ("us.gcr.io", "projects/sdd/locations/us/repositories/us.gcr.io"),
        ("asia.gcr.io/team/deeper", "projects/team/locations/asia/repositories/asia.gcr.io"),
        ("europe-docker.pkg.dev/team/web/", "projects/team/locations/europe/repositories/web"),
        ("europe-west1-docker.pkg.dev/team/web", "projects/team/locations/europe-west1/repositories/web"),
    ],
)
def test_the_repository_behind_a_prefix(internet: Internet, prefix: str, path: str) -> None:
    """The course's registry is asked for by its name in the API, with our credentials."""
    internet.script = lambda asked: asked.say(200, described(path))
    found = artifacts().repository(prefix)
    assert internet.paths == [f"/v1/{path}"]
    assert internet.connected == ["artifactregistry.googleapis.com:443"]
    assert internet.seen[0][2]["Authorization"] == "Bearer t0ken"
    assert (found.path, found.format, found.created) == (path, "DOCKER", TIME)


@pytest.mark.parametrize(
    "prefix",
    ["", "docker.io/team", "europe-west1-docker.pkg.dev/team", "europe-west1-docker.pkg.dev/te am/web",
     "eu.gcr.io.evil.example/team", "x-docker.pkg.dev.evil/team/web", "eu.gcr.io/../secret", "eu.gcr.io/a?b"],
)  # fmt: skip
def test_a_prefix_that_is_none_of_googles(internet: Internet, prefix: str) -> None:
    """A wrong word in the roster is nobody's failed check, and nothing is asked."""
    with pytest.raises(UsageError, match="is no repository of Artifact Registry"):
        artifacts().repository(prefix)
    assert internet.seen == []


SERVICE_DISABLED = [
    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "x"}
]


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (refused(404, "NOT_FOUND"), NotFound, "has no repository web in europe-west1 of project sdd"),
        (refused(403, "PERMISSION_DENIED"), Forbidden, r"does not let these credentials see .* \(HTTP 403\)"),
        (refused(403, "PERMISSION_DENIED", details=SERVICE_DISABLED), Forbidden, "API is not enabled"),
        (refused(401, "UNAUTHENTICATED"), Forbidden, "HTTP 401"),
        (refused(503, "UNAVAILABLE"), Unreachable, r"no answer from .* \(503"),
        (refused(400, "INVALID_ARGUMENT"), Unreachable, "not the Artifact Registry API's"),
        (lambda a: a.say(404, {"message": "no route"}), Unreachable, "not the Artifact Registry API's"),
        (lambda a: a.say(404, "<html>gone", content_type="text/html"), Unreachable, "a web page"),
        (lambda a: a.say(200, "<!doctype html>Sign in"), Unreachable, "a web page"),
        (lambda a: a.say(200, {}), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, described("projects/other")), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, described(createTime="today")), CouldNotLook, "cannot be read"),
    ],
)
def test_errors(
    internet: Internet, script: Callable[[Asked], None], kind: type[CloudlabError], said: str
) -> None:
    """Not there, not allowed, not switched on and no answer are different things."""
    internet.script = script
    with pytest.raises(kind, match=said):
        artifacts(deadline_s=0.8).repository("europe-west1-docker.pkg.dev/sdd/web")


def test_how_to_switch_the_api_on(internet: Internet) -> None:
    internet.script = refused(403, "PERMISSION_DENIED", details=SERVICE_DISABLED)
    with pytest.raises(Forbidden) as caught:
        artifacts().repository("eu.gcr.io/sdd")
    assert caught.value.remedy == "gcloud services enable artifactregistry.googleapis.com"


def test_images_of_all_pages(internet: Internet) -> None:
    """Name, digest, tags, size and time; an image without a tag is one, too."""
    untagged = item(name=f"{PATH}/dockerImages/app@{DIGEST}")
    del untagged["tags"]

    def pages(asked: Asked) -> None:
        if "pageToken=p2" in asked.path:
            asked.say(200, {"dockerImages": [untagged]})
        else:
            asked.say(200, {"dockerImages": [item()], "nextPageToken": "p2"})

    internet.script = pages
    assert artifacts().images(WEB) == [IMAGE, Image("app", DIGEST, (), 64, TIME)]
    assert internet.paths[0] == f"/v1/{PATH}/dockerImages?pageSize=500"


def test_a_repository_without_images(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(200, {})
    assert artifacts().images(WEB) == []


@pytest.mark.parametrize(
    "wrong",
    [
        3,
        "x",
        [3],
        [{}],
        [item(name="app@sha256:short")],
        [item(tags=["../x"])],
        [item(imageSizeBytes="much")],
        [item(uploadTime=3)],
    ],
    ids=str,
)
def test_images_that_cannot_be_read(internet: Internet, wrong: Any) -> None:
    internet.script = lambda asked: asked.say(200, {"dockerImages": wrong})
    with pytest.raises(CouldNotLook, match="cannot be read"):
        artifacts().images(WEB)


def test_delete(internet: Internet) -> None:
    """First its tags, then the image itself without force; and it is gone when the operation is done."""
    operation = "projects/sdd/locations/europe-west1/operations/o1"
    polls = iter((False, True))

    def script(asked: Asked) -> None:
        if "/operations/" in asked.path:
            asked.say(200, {"name": operation, "done": next(polls)})
        else:
            asked.say(200, {"name": operation} if "/versions/" in asked.path else {})

    internet.script = script
    artifacts().delete(WEB, IMAGE)
    package = f"/v1/{PATH}/packages/deep%252Fapp"
    asked = [(method, path) for method, path, _ in internet.seen]
    assert asked == [
        ("DELETE", f"{package}/tags/1.0"),
        ("DELETE", f"{package}/tags/latest"),
        ("DELETE", f"{package}/versions/{DIGEST}"),
        ("GET", f"/v1/{operation}"),
        ("GET", f"/v1/{operation}"),
    ]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(400, "FAILED_PRECONDITION"), UsageError),
        (refused(404, "NOT_FOUND"), NotFound),
        (refused(403, "PERMISSION_DENIED"), Forbidden),
        (lambda a: a.say(200, {"name": "operations/../../elsewhere"}), Unreachable),
        (lambda a: a.say(200, {}), Unreachable),
    ],
)
def test_delete_that_does_not_happen(
    internet: Internet, answer: Callable[[Asked], None], kind: type[CloudlabError]
) -> None:
    """Not even when another tag has come to the image since it was listed."""
    internet.script = lambda asked: answer(asked) if "/versions/" in asked.path else asked.say(200, {})
    with pytest.raises(kind):
        artifacts().delete(WEB, IMAGE)


def test_an_operation_that_failed(internet: Internet) -> None:
    done = {"name": "projects/sdd/locations/europe-west1/operations/o1", "done": True, "error": {"code": 13}}
    internet.script = lambda asked: asked.say(200, done)
    with pytest.raises(CouldNotLook, match="was not deleted"):
        artifacts().delete(WEB, IMAGE)
