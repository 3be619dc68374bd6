"""Google's own clients, unmodified: gcloud, gsutil, and the library for Python."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import Conflict, NotFound, PreconditionFailed
from google.cloud.storage import Bucket, Client  # type: ignore[import-untyped] # it ships no types

from pytest_cloudlab.twin.request_log import requests as logged
from pytest_cloudlab.twin.state import TwinInfo

pytestmark = pytest.mark.docker

LARGE_BYTES = 20 * 1024 * 1024
"""Enough for every client to open a session instead of sending it in one piece."""


@pytest.fixture
def name(through_twin: TwinInfo) -> str:
    """Of a bucket that no other test has."""
    return f"team-{secrets.token_hex(4)}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a large, an empty and an oddly named file."""
    folder = tmp_path / "tree"
    (folder / "sub").mkdir(parents=True)
    (folder / "large").write_bytes(secrets.token_bytes(LARGE_BYTES))
    (folder / "small").write_bytes(b"hello\n")
    (folder / "empty").write_bytes(b"")
    (folder / "sub" / "a b+c%20é").write_bytes(b"x")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(*command: str, fails: bool = False) -> str:
    """What it says on stdout; on stderr when it `fails`."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


@pytest.mark.gcloud
def test_gcloud_storage(twin: TwinInfo, name: str, tree: Path, tmp_path: Path) -> None:
    """Make a bucket, fill it, look into it, take everything back, and remove it."""
    bucket = f"gs://{name}"
    storage = ("gcloud", "storage")
    run(*storage, "buckets", "create", bucket, "--location=europe-west1")
    assert "409" in run(*storage, "buckets", "create", bucket, fails=True)
    assert name in run(*storage, "buckets", "list", "--format=value(name)").split()
    run(*storage, "cp", "-r", str(tree), f"{bucket}/dir/")
    assert run(*storage, "cat", f"{bucket}/dir/tree/small") == "hello\n"
    listed = run(*storage, "ls", f"{bucket}/dir/tree/").split()
    assert listed == [f"{bucket}/dir/tree/{each}" for each in ("empty", "large", "small", "sub/")]
    (tmp_path / "back").mkdir()
    run(*storage, "cp", "-r", f"{bucket}/dir/tree", str(tmp_path / "back"))
    assert contents(tmp_path / "back" / "tree") == contents(tree)
    run(*storage, "cp", f"{bucket}/dir/tree/large", f"{bucket}/copy")
    run(*storage, "rsync", "-r", str(tree), f"{bucket}/sync")
    run(*storage, "mv", f"{bucket}/copy", f"{bucket}/moved")
    assert run(*storage, "ls", bucket).split() == [f"{bucket}/moved", f"{bucket}/dir/", f"{bucket}/sync/"]
    assert "not empty" in run(*storage, "buckets", "delete", bucket, fails=True)
    run(*storage, "rm", f"{bucket}/moved")
    run(*storage, "rm", "-r", f"{bucket}/dir")
    assert run(*storage, "ls", bucket).split() == [f"{bucket}/sync/"]
    run(*storage, "rm", "-r", bucket)
    assert "404" in run(*storage, "ls", bucket, fails=True)
    calls = {call.path for call in logged(twin.state) if f"/b/{name}" in call.path}
    assert f"/resumable/upload/storage/v1/b/{name}/o" in calls
    assert f"/storage/v1/b/{name}/storageLayout" in calls


@pytest.mark.gcloud
def test_gcloud_uploads_in_parallel_and_composes(
    name: str, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does by itself from 150 MB on. Nothing of the parts stays."""
    for option, value in (("ENABLED", "True"), ("THRESHOLD", "1M"), ("COMPONENT_SIZE", "11M")):
        monkeypatch.setenv(f"CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD_{option}", value)
    run("gcloud", "storage", "buckets", "create", f"gs://{name}")
    run("gcloud", "storage", "cp", str(tree / "large"), f"gs://{name}/large")
    described = run("gcloud", "storage", "objects", "describe", f"gs://{name}/large")
    assert "component_count: 2" in described
    assert run("gcloud", "storage", "ls", f"gs://{name}/**").split() == [f"gs://{name}/large"]
    run("gcloud", "storage", "cp", f"gs://{name}/large", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == (tree / "large").read_bytes()
    run("gcloud", "storage", "rm", "-r", f"gs://{name}")


@pytest.mark.gcloud
def test_gsutil(name: str, tree: Path, tmp_path: Path) -> None:
    """The same with gsutil, which signs in by itself."""
    bucket = f"gs://{name}"
    run("gsutil", "mb", "-l", "europe-west1", bucket)
    assert "409" in run("gsutil", "mb", bucket, fails=True)
    run("gsutil", "-m", "cp", "-r", str(tree), bucket)
    assert run("gsutil", "cat", f"{bucket}/tree/small") == "hello\n"
    assert f"{bucket}/tree/" in run("gsutil", "ls", bucket).split()
    (tmp_path / "back").mkdir()
    run("gsutil", "-m", "cp", "-r", f"{bucket}/tree", str(tmp_path / "back"))
    assert contents(tmp_path / "back" / "tree") == contents(tree)
    run("gsutil", "cp", f"{bucket}/tree/small", f"{bucket}/copy")
    assert "BucketNotEmpty" in run("gsutil", "rb", bucket, fails=True)
    run("gsutil", "rm", f"{bucket}/copy")
    run("gsutil", "-m", "rm", "-r", bucket)
    assert "404" in run("gsutil", "ls", bucket, fails=True)


@pytest.mark.gcloud
def test_gsutil_takes_the_resources_of_the_course(through_twin: TwinInfo, tmp_path: Path) -> None:
    run("gsutil", "-m", "cp", "-r", "gs://course-bucket/be/cat", str(tmp_path))
    assert contents(tmp_path / "cat") == {"1.gif": b"GIF89a", "app.py": b"print(1)\n"}


@pytest.fixture
def bucket(name: str) -> Iterator[Bucket]:
    """Made and removed by the library, with the twin's Application Default Credentials."""
    client = Client()
    bucket = client.create_bucket(name, location="europe-west1")
    yield bucket
    bucket.delete(force=True)
    assert not client.bucket(name).exists()
    client.close()


def test_the_library_knows_its_buckets(bucket: Bucket) -> None:
    assert bucket.name in [each.name for each in bucket.client.list_buckets()]
    assert (bucket.exists(), bucket.location) == (True, "EUROPE-WEST1")
    with pytest.raises(Conflict):
        bucket.client.create_bucket(bucket.name)
    bucket.labels = {"team": "rocket"}
    bucket.patch()
    assert bucket.client.get_bucket(bucket.name).labels == {"team": "rocket"}


@pytest.mark.parametrize("size", [0, 5, LARGE_BYTES])
def test_the_library_uploads_and_downloads(bucket: Bucket, tmp_path: Path, size: int) -> None:
    data = secrets.token_bytes(size)
    (tmp_path / "file").write_bytes(data)
    blob = bucket.blob("dir/a b+c%20é")
    blob.metadata = {"k": "v"}
    blob.upload_from_filename(str(tmp_path / "file"), if_generation_match=0)
    again = bucket.get_blob("dir/a b+c%20é")
    assert again
    assert (again.size, again.metadata, again.md5_hash) == (size, {"k": "v"}, blob.md5_hash)
    assert again.download_as_bytes() == data
    with pytest.raises(PreconditionFailed):
        blob.upload_from_string(b"other", if_generation_match=0)


def test_the_library_sends_pieces(bucket: Bucket) -> None:
    data = secrets.token_bytes(700_000)
    with bucket.blob("pieces", chunk_size=256 * 1024).open("wb") as file:
        file.write(data)
    assert bucket.blob("pieces").download_as_bytes(start=1, end=9) == data[1:10]
    assert bucket.blob("pieces").download_as_bytes() == data


def test_the_library_lists_copies_composes_and_deletes(bucket: Bucket) -> None:
    for name in ("a/1", "a/2", "b"):
        bucket.blob(name).upload_from_string(name)
    pages = bucket.list_blobs(delimiter="/")
    assert ([blob.name for blob in pages], pages.prefixes) == (["b"], {"a/"})
    bucket.copy_blob(bucket.blob("b"), bucket, "copied")
    bucket.blob("rewritten").rewrite(bucket.blob("b"))
    bucket.blob("whole").compose([bucket.blob("a/1"), bucket.blob("a/2")])
    bucket.rename_blob(bucket.blob("b"), "renamed")
    assert [blob.name for blob in bucket.list_blobs()] == [
        *("a/1", "a/2", "copied", "renamed", "rewritten", "whole")
    ]
    assert bucket.blob("whole").download_as_bytes() == b"a/1a/2"
    bucket.blob("whole").delete()
    with pytest.raises(NotFound):
        bucket.blob("whole").delete()
    assert not bucket.blob("whole").exists()
