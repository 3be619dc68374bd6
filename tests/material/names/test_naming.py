"""The names in commands, and whether they make what they name."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.names.constant import constants_of, expanded
from pytest_cloudlab.material.names.container_naming import bare
from pytest_cloudlab.material.names.family import family_of
from pytest_cloudlab.material.names.naming import names_in
from pytest_cloudlab.material.shell.typed import typed_on
from pytest_cloudlab.material.testing import page_of


def _names(command: str) -> list[tuple[str, str, bool]]:
    typed = typed_on(page_of(f"```bash\n{command}\n```\n"))
    return [(each.kind, each.text, each.made) for one in typed for each in names_in(one.command)]


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("docker build --no-cache -t a:1 -t b .", [("image", "a:1", True), ("image", "b", True)]),
        ("docker buildx build --load --tag a .", [("image", "a", True)]),
        ("docker image build -t a .", [("image", "a", True)]),
        ("docker run -it --rm -p 80:80 -e A=b -v ./c:/c a ls b", [("image", "a", False)]),
        ("docker run -dp 80:80 --name=c a", [("image", "a", False), ("container", "c", True)]),
        ("docker container run --network n a", [("image", "a", False), ("network", "n", False)]),
        ("docker tag a b:1", [("image", "a", False), ("image", "b:1", True)]),
        ("docker exec -it -w /srv c bash", [("container", "c", False)]),
        ("docker logs --tail 5 -f c", [("container", "c", False)]),
        ("docker rm -f c d", [("container", "c", False), ("container", "d", False)]),
        ("docker stop -t 5 c", [("container", "c", False)]),
        ("docker network create --driver bridge n", [("network", "n", True)]),
        ("docker ps -a", []),
        ("docker --version", []),
        ("docker run", []),
        (
            "gcloud compute instances create a b --zone z --quiet",
            [("instance", "a", True), ("instance", "b", True)],
        ),
        ("gcloud compute instances create-with-container a --container-image=i", [("instance", "a", True)]),
        ("gcloud compute ssh --zone z me@a -- -L 1:localhost:1", [("instance", "a", False)]),
        ("gcloud compute scp --recurse b me@a:/c --zone z", [("instance", "a", False)]),
        ("gcloud compute instances list", []),
        ("python3 -m venv --clear e", [("virtual environment", "e", True)]),
        ("uv venv", [("virtual environment", ".venv", True)]),
        (". e/bin/activate", [("virtual environment", "e", False)]),
        ("source /opt/e/bin/activate", []),
        ("conda create -y -n e python=3.12", [("conda environment", "e", True)]),
        ("conda env create -f a.yml -n e", [("conda environment", "e", True)]),
        ("conda activate e", [("conda environment", "e", False)]),
        ("gsutil -m cp -r gs://b/c d", [("bucket", "b", False)]),
        ("git switch -c f", [("branch", "f", True)]),
        ("git push origin a:b", []),
        ("ssh -i k me@vm -i x", [("key", "k", False)]),
    ],
)
def test_names(command: str, names: list[tuple[str, str, bool]]) -> None:
    assert _names(command) == names


def test_tags_are_told_from_ports_of_registries() -> None:
    assert bare("localhost:5000/web") == ("localhost:5000/web", "")
    assert bare("localhost:5000/web:1.0") == ("localhost:5000/web", "1.0")
    assert bare("web@sha256:0") == ("web", "")


def test_variables_are_put_in() -> None:
    assert expanded("$A/${B}-c", {"A": "$B", "B": "b"}) == "b/b-c"
    page = page_of("```bash\nA=a\nB=$A-b\nP=$P:c\nC=1\nC=2\nD=$(date)\n```\n")
    assert dict(constants_of(page)) == {"A": "a", "B": "$A-b"}


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("a.pt", "weights"),
        ("b/a.tar.gz", "archive"),
        ("a.CSV", "table"),
        ("a", ""),
        (".pt", ""),
        ("a.xyz", ""),
    ],
)
def test_families(name: str, family: str) -> None:
    assert family_of(name) == family
