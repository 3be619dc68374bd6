from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator

import pytest

from pytest_cloudlab.clouds.registry import ImageName, Registry, split_image
from pytest_cloudlab.errors import CouldNotLook, NotFound, TooMuch, Unreachable, UsageError

from .image_maker import INDEX, Image, Pusher, digest_of, tar
from .odd_server import Asked, OddServer


@pytest.fixture
def registry(pusher: Pusher) -> Iterator[Registry]:
    registry = Registry(pusher.host, None, scheme="http", deadline_s=5)
    yield registry
    registry.close()


@pytest.fixture
def repository() -> str:
    return f"sdd/{uuid.uuid4().hex}"


@pytest.fixture
def odd_registry(odd: OddServer) -> Iterator[Registry]:
    registry = Registry(odd.host, None, scheme="http", deadline_s=1.5)
    yield registry
    registry.close()


def test_tags(registry: Registry, pusher: Pusher, repository: str) -> None:
    """Tags are those that were pushed."""
    for tag in ("rocket-cat-1.0", "rocket-dog-1.0"):
        pusher.push(repository, tag, Image([tar(("a", tag.encode()))]))
    assert sorted(registry.tags(repository)) == ["rocket-cat-1.0", "rocket-dog-1.0"]


def test_unknown_repository(registry: Registry) -> None:
    """A repository that was never pushed to is not found."""
    with pytest.raises(NotFound, match=r"has no repository sdd/never"):
        registry.tags("sdd/never")


def test_manifest(registry: Registry, pusher: Pusher, repository: str) -> None:
    """A tag leads to the manifest's own digest, its configuration and its layers in order."""
    image = Image([tar(("a", b"1")), tar(("b", b"2"))])
    pusher.push(repository, "1.0", image)
    manifest = registry.manifest(repository, "1.0")
    assert manifest.digest == image.digest
    assert manifest.config_digest == digest_of(image.config_blob)
    assert [layer.digest for layer in manifest.layers] == [digest_of(blob) for blob in image.blobs]
    assert [layer.size_bytes for layer in manifest.layers] == [len(blob) for blob in image.blobs]
    assert manifest.index_digest == ""
    assert registry.manifest(repository, image.digest) == manifest


def test_unknown_tag(registry: Registry, pusher: Pusher, repository: str) -> None:
    """A tag that was not pushed is not found, and the message names the image."""
    pusher.push(repository, "1.0", Image([tar()]))
    with pytest.raises(NotFound, match=rf"has no image {repository}:2.0"):
        registry.manifest(repository, "2.0")


def _index(*platforms: tuple[str, str, Image]) -> bytes:
    entries = [
        {
            "mediaType": image.document["mediaType"],
            "digest": image.digest,
            "size": len(image.manifest),
            "platform": {"os": system, "architecture": machine},
        }
        for system, machine, image in platforms
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}).encode()


def test_index(registry: Registry, pusher: Pusher, repository: str) -> None:
    """Of an image for several machines, the one for linux/amd64 is taken."""
    arm, amd = Image([tar(("a", b"arm"))]), Image([tar(("a", b"amd"))])
    for image in (arm, amd):
        pusher.push(repository, "part", image)
    index = _index(("linux", "arm64", arm), ("linux", "amd64", amd))
    pusher.put(repository, "1.0", index, INDEX)
    manifest = registry.manifest(repository, "1.0")
    assert (manifest.digest, manifest.index_digest) == (amd.digest, digest_of(index))
    assert registry.read_file(repository, "1.0", "/a") == b"amd"


def test_index_without_amd64(registry: Registry, pusher: Pusher, repository: str) -> None:
    """An image built for ARM only is not found, and the remedy says how to build it."""
    arm = Image([tar()])
    pusher.push(repository, "part", arm)
    pusher.put(repository, "1.0", _index(("linux", "arm64", arm)), INDEX)
    with pytest.raises(NotFound, match=r"not built for linux/amd64\n.*--platform linux/amd64"):
        registry.manifest(repository, "1.0")


def test_config(registry: Registry, pusher: Pusher, repository: str) -> None:
    """Environment, ports, user, labels and date come from the image's configuration."""
    image = Image(
        [tar()],
        {
            "Env": ["PATH=/bin", "WHO=a=b"],
            "ExposedPorts": {"8080/tcp": {}, "53/udp": {}, "5000/tcp": {}},
            "User": "app",
            "Labels": {"k": "v"},
        },
    )
    pusher.push(repository, "1.0", image)
    config = registry.config(repository, "1.0")
    assert config.digest_of_manifest == image.digest
    assert config.env == {"PATH": "/bin", "WHO": "a=b"}
    assert config.exposed_ports == (5000, 8080)
    assert (config.user, config.labels, config.created) == ("app", {"k": "v"}, "2026-01-02T03:04:05Z")


def test_config_with_nonsense(registry: Registry, pusher: Pusher, repository: str) -> None:
    """A configuration with values of the wrong types is read as far as it makes sense."""
    image = Image([tar()], {"Env": {"A": 1}, "ExposedPorts": ["x"], "User": 7, "Labels": {"a": 1, "b": "c"}})
    pusher.push(repository, "1.0", image)
    config = registry.config(repository, "1.0")
    assert (config.env, config.exposed_ports, config.user, config.labels) == ({}, (), "", {"b": "c"})


def test_read_file(registry: Registry, pusher: Pusher, repository: str) -> None:
    """The file of the topmost layer that has it is read; a file in no layer is not found."""
    layers = [tar(("app/AUTHOR.txt", b"nobody"), ("app/x", b"x")), tar(("app/AUTHOR.txt", b"Alice")), tar()]
    pusher.push(repository, "1.0", Image(layers))
    assert registry.read_file(repository, "1.0", "/app/AUTHOR.txt") == b"Alice"
    assert registry.read_file(repository, "1.0", "app/x") == b"x"
    with pytest.raises(NotFound, match=r"has no file /app/y$"):
        registry.read_file(repository, "1.0", "/app/y")


def test_read_file_respects_its_cap(registry: Registry, pusher: Pusher, repository: str) -> None:
    """A file above `max_bytes` is too much, even if it compresses well."""
    pusher.push(repository, "1.0", Image([tar(("a", bytes(100_000)))]))
    with pytest.raises(TooMuch, match=r"a in the image has 100,000 bytes"):
        registry.read_file(repository, "1.0", "/a", max_bytes=99_999)


def test_delete_by_tag(registry: Registry, pusher: Pusher, repository: str) -> None:
    """A deleted tag is gone, and so is its image."""
    image = Image([tar(("a", uuid.uuid4().bytes))])
    pusher.push(repository, "1.0", image)
    registry.delete(repository, "1.0")
    assert registry.tags(repository) == []
    with pytest.raises(NotFound):
        registry.manifest(repository, image.digest)
    with pytest.raises(NotFound):
        registry.delete(repository, "1.0")


def test_delete_by_digest(registry: Registry, pusher: Pusher, repository: str) -> None:
    """An image can be deleted by its digest; a second time it is not found."""
    image = Image([tar(("a", uuid.uuid4().bytes))])
    pusher.push(repository, "1.0", image)
    registry.delete(repository, image.digest)
    with pytest.raises(NotFound):
        registry.delete(repository, image.digest)


def test_delete_leaves_an_image_that_another_tag_names(odd: OddServer, odd_registry: Registry) -> None:
    """Where the registry lists tags by image, as Google's does, another tag keeps the image alive."""
    image = Image([tar()])

    def google(asked: Asked) -> None:
        if asked.command == "DELETE":
            asked.say(202)
        elif "tags/list" in asked.path:
            asked.say(200, {"tags": ["2.0"], "manifest": {image.digest: {"tag": ["2.0"]}}})
        else:
            asked.say(200, image.manifest, content_type=image.document["mediaType"])

    odd.script = google
    odd_registry.delete("p/i", "1.0")
    deleted = [path for method, path, _ in odd.seen if method == "DELETE"]
    assert deleted == ["/v2/p/i/manifests/1.0"]


def test_delete_alone_spares_other_tags_of_the_same_image(
    registry: Registry, pusher: Pusher, repository: str
) -> None:
    """Plain distribution would take them along: that is refused, and nothing is deleted."""
    image, other = Image([tar(("a", uuid.uuid4().bytes))]), Image([tar(("b", uuid.uuid4().bytes))])
    pusher.push(repository, "mine", image)
    pusher.push(repository, "theirs", image)
    pusher.push(repository, "other", other)
    with pytest.raises(UsageError, match="without theirs, which is the same image"):
        registry.delete(repository, "mine", alone=True)
    assert sorted(registry.tags(repository)) == ["mine", "other", "theirs"]
    registry.delete(repository, "other", alone=True)
    assert sorted(registry.tags(repository)) == ["mine", "theirs"]


@pytest.mark.docker
def test_pushed_by_docker(registry: Registry, pusher: Pusher, repository: str) -> None:
    """An image that Docker itself built and pushed is read like any other."""
    if not shutil.which("docker"):
        pytest.skip("needs docker")
    name = f"localhost:{pusher.host.rpartition(':')[2]}/{repository}:1.0"

    def docker(*args: str, stdin: bytes = b"") -> None:
        subprocess.run(["docker", *args], input=stdin, check=True, capture_output=True, timeout=60)

    docker(
        "import",
        "--change",
        "ENV WHO=me",
        "--change",
        "EXPOSE 5000",
        "-",
        name,
        stdin=tar(("etc/who", b"me")),
    )
    try:
        docker("push", name)
    finally:
        docker("image", "rm", name)
    config = registry.config(repository, "1.0")
    assert (config.env["WHO"], config.exposed_ports) == ("me", (5000,))
    assert registry.read_file(repository, "1.0", "/etc/who") == b"me"


def test_tags_continue_on_the_next_page(odd: OddServer, odd_registry: Registry) -> None:
    """A list of tags in several pages is read to its end."""
    odd.script = lambda asked: (
        asked.say(200, {"tags": ["b"]})
        if "last=a" in asked.path
        else asked.say(200, {"tags": ["a"]}, link='</v2/p/i/tags/list?last=a&n=1>; rel="next"')
    )
    assert odd_registry.tags("p/i") == ["a", "b"]


def test_tags_do_not_continue_elsewhere(odd: OddServer, odd_registry: Registry, elsewhere: OddServer) -> None:
    """A next page on another host is not fetched."""
    odd.script = lambda asked: asked.say(
        200, {"tags": ["a"]}, link=f'<http://{elsewhere.host}/v2/p/i/tags/list?n=1>; rel="next"'
    )
    with pytest.raises(CouldNotLook, match="not followed"):
        odd_registry.tags("p/i")
    assert elsewhere.seen == []


@pytest.mark.parametrize("status", [200, 404])
def test_web_page(odd: OddServer, odd_registry: Registry, status: int) -> None:
    """A web page instead of the API is no answer, whatever its status."""
    odd.script = lambda asked: asked.say(status, "<!DOCTYPE html><p>Welcome", content_type="text/html")
    with pytest.raises(Unreachable, match="answered a web page, not the registry API"):
        odd_registry.tags("p/i")


def test_plain_404_of_another_service(odd: OddServer, odd_registry: Registry) -> None:
    """A 404 that does not speak the registry's language says nothing about the image."""
    odd.script = lambda asked: asked.say(404, "404 page not found")
    with pytest.raises(Unreachable, match="something that is not the registry API's"):
        odd_registry.manifest("p/i", "1.0")


@pytest.mark.parametrize("body", ["[]", "null", '"x"', '{"tags": 3', "[" * 100_000])
def test_json_that_is_not_the_api(odd: OddServer, odd_registry: Registry, body: str) -> None:
    """JSON of another shape is no answer, and breaks nothing."""
    odd.script = lambda asked: asked.say(200, body, content_type="application/json")
    with pytest.raises(Unreachable, match="not the registry API"):
        odd_registry.tags("p/i")
    with pytest.raises(Unreachable, match="not the registry API"):
        odd_registry.manifest("p/i", "1.0")


def test_manifest_with_wrong_digest(odd: OddServer, odd_registry: Registry) -> None:
    """A manifest that does not hash to the digest asked for is not believed."""
    odd.script = lambda asked: asked.say(200, Image([tar()]).manifest)
    with pytest.raises(CouldNotLook, match=r"sent a manifest that hashes to sha256:\w+, not to sha256:0000"):
        odd_registry.manifest("p/i", f"sha256:{0:064x}")


def test_manifest_that_belies_its_header(odd: OddServer, odd_registry: Registry) -> None:
    """Asked for by tag, a manifest must hash to the digest the registry itself names."""
    claimed = f"sha256:{1:064x}"
    odd.script = lambda asked: asked.say(200, Image([tar()]).manifest, docker_content_digest=claimed)
    with pytest.raises(CouldNotLook, match="hashes to"):
        odd_registry.manifest("p/i", "1.0")


@pytest.mark.parametrize("digest", ["../../../etc", "sha256:../x", "md5:00", 7])
def test_manifest_with_hostile_digests(odd: OddServer, odd_registry: Registry, digest: object) -> None:
    """A manifest that names its parts by anything but sha256 digests is refused before they are asked for."""
    image = Image([tar()])
    image.document["layers"][0]["digest"] = digest
    odd.script = lambda asked: asked.say(200, image.document)
    with pytest.raises(CouldNotLook, match="other than a sha256 digest"):
        odd_registry.manifest("p/i", "1.0")


def test_old_schema(odd: OddServer, odd_registry: Registry) -> None:
    """A manifest of schema 1 is named as such."""
    odd.script = lambda asked: asked.say(200, {"schemaVersion": 1, "fsLayers": []})
    with pytest.raises(CouldNotLook, match="schema 1"):
        odd_registry.manifest("p/i", "1.0")


@pytest.mark.parametrize("damage", ["changed", "longer", "shorter"])
def test_layer_with_wrong_digest(odd: OddServer, odd_registry: Registry, damage: str) -> None:
    """A layer that is not what its digest says gives no file, even if the file stands before the damage."""
    image = Image([tar(("a", b"forged"))], pack=False)
    blob = image.blobs[0]
    sent = {"changed": blob[:-1] + b"x", "longer": blob + b"x", "shorter": blob[:-1]}[damage]
    odd.script = lambda asked: asked.say(200, image.manifest if "manifests" in asked.path else sent)
    with pytest.raises(CouldNotLook, match="the registry sent"):
        odd_registry.read_file("p/i", "1.0", "/a")


def test_huge_layer_is_not_fetched(odd: OddServer, odd_registry: Registry) -> None:
    """A layer declared larger than the limit is too much, and never asked for."""
    image = Image([tar()])
    image.document["layers"][0]["size"] = 1024**5
    odd.script = lambda asked: asked.say(200, image.document)
    with pytest.raises(TooMuch, match="it was not read"):
        odd_registry.read_file("p/i", "1.0", "/a")
    assert not [path for path in odd.paths if "blobs" in path]


def test_split_image() -> None:
    """A full name falls into host, repository and tag; without a tag it is `latest`."""
    assert split_image("eu.gcr.io/proj/webapp-gif:team-cat-1.0") == ImageName(
        "eu.gcr.io", "proj/webapp-gif", "team-cat-1.0"
    )
    assert split_image("localhost:5000/a").tag == "latest"
    digest = f"sha256:{0:064x}"
    assert split_image(f"localhost/a/b:1.0@{digest}") == ImageName("localhost", "a/b", digest)


@pytest.mark.parametrize(
    "name", ["webapp:1.0", "proj/webapp:1.0", "eu.gcr.io/../x", "eu.gcr.io/A:1", "a.b/c:-"]
)
def test_split_image_refuses(name: str) -> None:
    """A name without a registry, or that cannot stand in an address, is refused."""
    with pytest.raises(UsageError):
        split_image(name)
