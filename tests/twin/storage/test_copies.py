"""Objects made of other objects."""

from __future__ import annotations

import pytest

from .conftest import Service, error, of


@pytest.fixture
def twice(team: Service) -> Service:
    """With `a` in the bucket `team`, and an empty bucket `other`."""
    team.create("other")
    team.upload("a", b"hello")
    team.ask("PATCH", of("a"), json={"metadata": {"k": "v"}})
    return team


@pytest.mark.parametrize("verb", ["copyTo", "rewriteTo"])
def test_a_copy_in_another_bucket_has_content_and_metadata(twice: Service, verb: str) -> None:
    answer = twice.ask("POST", f"{of('a')}/{verb}{of('dir/b', 'other')}").json()
    if verb == "rewriteTo":
        assert (answer["done"], answer["totalBytesRewritten"], answer["objectSize"]) == (True, "5", "5")
        answer = answer["resource"]
    assert (answer["bucket"], answer["name"], answer["metadata"]) == ("other", "dir/b", {"k": "v"})
    assert (answer["md5Hash"], answer["metageneration"]) == ("XUFAKrxLKna5cZ2REBfFkg==", "1")
    twice.ask("DELETE", of("a"))
    assert twice.read("dir/b", "other").content == b"hello"


def test_metadata_of_the_request_takes_the_place_of_the_sources(twice: Service) -> None:
    answer = twice.ask("POST", f"{of('a')}/copyTo{of('b')}", json={"contentType": "image/gif"}).json()
    assert answer["contentType"] == "image/gif"
    assert "metadata" not in answer


def test_a_seeded_object_is_copied(twice: Service) -> None:
    assert twice.ask("POST", f"{of('cat/app.py', 'course')}/rewriteTo{of('b')}").ok
    assert twice.read("b").content == b"print(1)\n"


def test_an_object_copied_onto_itself_stays(twice: Service) -> None:
    assert twice.ask("POST", f"{of('a')}/rewriteTo{of('a')}").ok
    assert twice.read("a").content == b"hello"
    assert len(twice.blobs) == 1


def test_a_move_leaves_nothing_behind(twice: Service) -> None:
    assert twice.ask("POST", f"{of('a')}/moveTo/o/b").json()["name"] == "b"
    assert (twice.names(), twice.read("b").content) == (["b"], b"hello")


def test_what_cannot_be_copied_is_refused(twice: Service) -> None:
    assert error(twice.ask("POST", f"{of('none')}/copyTo{of('b')}")) == (404, "notFound")
    assert error(twice.ask("POST", f"{of('a')}/copyTo{of('b', 'nobodys')}")) == (404, "notFound")
    for query in ({"ifSourceGenerationMatch": "7"}, {"ifGenerationMatch": "7"}):
        refused = twice.ask("POST", f"{of('a')}/rewriteTo{of('b')}", params=query)
        assert error(refused) == (412, "conditionNotMet")
    stale = {"sourceGeneration": "7"}
    assert error(twice.ask("POST", f"{of('a')}/copyTo{of('b')}", params=stale)) == (404, "notFound")
    assert len(twice.blobs) == 1


def compose(service: Service, *names: str, **about: object) -> dict[str, object]:
    return {"sourceObjects": [{"name": name} for name in names], "destination": about}


def test_parts_are_composed(team: Service) -> None:
    """The whole has a CRC32C and no MD5, as there."""
    parts = [team.upload(name, data).json() for name, data in (("a", b"hel"), ("b", b"lo"))]
    body = compose(team, "a", "b", contentType="image/gif")
    body["sourceObjects"][0]["objectPreconditions"] = {"ifGenerationMatch": parts[0]["generation"]}  # type: ignore[index]
    made = team.ask("POST", f"{of('c')}/compose", json=body).json()
    assert (made["crc32c"], made["size"], made["componentCount"]) == ("mnG7TA==", "5", 2)
    assert "md5Hash" not in made
    assert made["contentType"] == "image/gif"
    answer = team.read("c")
    assert (answer.content, answer.headers["X-Goog-Hash"]) == (b"hello", "crc32c=mnG7TA==")
    assert team.ask("POST", f"{of('d')}/compose", json=compose(team, "c", "a")).json()["componentCount"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"sourceObjects": []}, 400),
        ({"sourceObjects": ["a"]}, 400),
        ({"sourceObjects": [{"name": "a"}] * 33}, 400),
        ({"sourceObjects": [{"name": "none"}]}, 404),
        ({"sourceObjects": [{"name": "a", "generation": "7"}]}, 404),
        ({"sourceObjects": [{"name": "a", "objectPreconditions": {"ifGenerationMatch": "7"}}]}, 412),
    ],
    ids=range(7),
)
def test_what_cannot_be_composed_is_refused(team: Service, body: dict[str, object], status: int) -> None:
    team.upload("a", b"1")
    assert team.ask("POST", f"{of('c')}/compose", json=body).status_code == status
    assert len(team.blobs) == 1
