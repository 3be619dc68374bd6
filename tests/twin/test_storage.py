"""A bucket that is a folder."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from .conftest import Api

pytestmark = pytest.mark.docker

BUCKET = "https://storage.googleapis.com/storage/v1/b/course-bucket"


def listed(api: Api, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(f"{BUCKET}/o", params=query).json()
    return answer


def test_objects_are_listed_by_prefix_with_size_and_sum(api: Api) -> None:
    items = listed(api, prefix="be/cat/")["items"]
    assert [(item["name"], item["size"]) for item in items] == [("be/cat/1.gif", "6"), ("be/cat/app.py", "9")]
    md5 = hashlib.md5(b"GIF89a", usedforsecurity=False).digest()
    assert base64.b64decode(items[0]["md5Hash"]) == md5


def test_a_delimiter_folds_names_into_prefixes(api: Api) -> None:
    answer = listed(api, prefix="be/", delimiter="/")
    assert answer["prefixes"] == ["be/cat/", "be/dog/"]
    assert "items" not in answer


def test_a_list_comes_in_pages(api: Api) -> None:
    names: list[str] = []
    query = {"maxResults": "2"}
    while True:
        answer = listed(api, **query)
        names += [item["name"] for item in answer["items"]]
        if "nextPageToken" not in answer:
            break
        query["pageToken"] = answer["nextPageToken"]
    assert names == ["be/cat/1.gif", "be/cat/app.py", "be/dog/1.gif"]


@pytest.mark.parametrize("path", ["/storage/v1", "/download/storage/v1"])
def test_an_objects_content_is_the_files(api: Api, path: str) -> None:
    root = f"https://storage.googleapis.com{path}/b/course-bucket/o/be%2Fcat%2Fapp.py"
    api.get(BUCKET)
    assert api.get(root, params={"alt": "media"}).content == b"print(1)\n"
    assert api.get(root, params={"alt": "media"}, headers={"Range": "bytes=0-4"}).content == b"print"


def test_an_objects_metadata_is_as_google_describes_it(api: Api) -> None:
    answer = api.get(f"{BUCKET}/o/be%2Fcat%2F1.gif").json()
    assert (answer["name"], answer["bucket"], answer["contentType"]) == (
        "be/cat/1.gif",
        "course-bucket",
        "image/gif",
    )


@pytest.mark.parametrize("name", ["be/cat/none", "be", "be%2F..%2Fbe%2Fcat%2F1.gif", "..%2Fsecret", "link"])
def test_what_is_no_object_is_404(api: Api, bucket_folder: Path, name: str) -> None:
    """Neither a folder, nor another way to write a name, nor what lies outside."""
    (bucket_folder.parent / "secret").write_text("secret")
    link = bucket_folder / "link"
    link.symlink_to("../secret")
    try:
        assert api.get(f"{BUCKET}/o/{name}").status_code == 404
    finally:
        link.unlink()


def test_a_bucket_that_is_not_there_is_404(api: Api) -> None:
    assert api.get("https://storage.googleapis.com/storage/v1/b/no-such-bucket/o").status_code == 404
