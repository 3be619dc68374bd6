"""Names of what was made under another one."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.unmade_names import name_never_made
from tests.material.rules.on_page import marked, messages, shell


@pytest.mark.parametrize(
    ("made", "used", "place"),
    [
        ("docker build -t webapp:1.0 .", "docker run webapp:1.1", (9, 12, "webapp:1.1")),
        ("docker build -t webapp:1.0 .", "docker run -p 80:80 webapp", (9, 21, "webapp")),
        ("docker build -t webapp .", "docker push webapp:1.0", (9, 13, "webapp:1.0")),
        ("docker tag web eu.gcr.io/p/web:1.0", "docker push eu.gcr.io/p/web", (9, 13, "eu.gcr.io/p/web")),
        (
            "docker build -t {{registry}}/web:1.0 .",
            "docker push {{registry}}/web:1.1",
            (9, 13, "{{registry}}/web:1.1"),
        ),
        ("python -m venv plots", "source env/bin/activate", (9, 8, "env")),
        ("uv venv", "source env/bin/activate", (9, 8, "env")),
        ("docker run -d --name web nginx", "docker stop web-server", (9, 13, "web-server")),
    ],
)
def test_another_name_than_the_one_that_was_made_is_found(
    made: str, used: str, place: tuple[int, int, str]
) -> None:
    assert marked(name_never_made, shell(made, used)) == [place]


def test_the_message_names_both() -> None:
    said = messages(name_never_made, shell("docker build -t webapp:1.0 .", "docker run webapp"))
    assert said == ["`docker run` asks for `webapp:latest`; line 4 made it with the tag `1.0`."]


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("docker build -t webapp:1.0 .", "docker run webapp:1.0"),
        ("docker build -t webapp .", "docker run webapp:latest"),
        ("docker build -t webapp:1.0 .\ndocker build -t webapp:1.1 .", "docker run webapp:1.1"),
        ("docker build -t webapp:1.0 .\ndocker build -t webapp:1.1 .", "docker run webapp:1.2"),
        ("docker build -t webapp:1.0 .\ndocker tag webapp:1.0 webapp:1.1", "docker run webapp:1.1"),
        ("docker build -t webapp:{version} .", "docker run webapp:1.0"),
        ("docker build -t webapp:$TAG .", "docker run webapp:1.0"),
        ("docker build -t webapp:1.0 .", "docker run webapp:<tag>"),
        ("TAG=1.0\ndocker build -t webapp:$TAG .", "docker run webapp:1.0"),
        ("docker pull ubuntu:22.04", "docker run ubuntu"),
        ("docker build -t webapp:1.0 .", "docker rmi webapp"),
        ("docker build -t webapp:1.0 .", "docker run nginx:1.1"),
        ("python -m venv plots\npython -m venv env", "source env/bin/activate"),
        ("python -m venv {name}", "source env/bin/activate"),
        ("python -m venv plots", "source /opt/env/bin/activate"),
        ("python -m venv plots", "source $ENV/bin/activate"),
        ("ls", "source env/bin/activate"),
        ("docker run -d --name web nginx", "docker stop db"),
        ("docker run -d --name web nginx", "docker stop web-2"),
        ("docker run -d --name web nginx", "docker stop 3f1c9a7be0d2 fervent_newton"),
        ("docker run -d --name web nginx\ndocker compose up -d", "docker logs web-server"),
        ("docker run -d --name {name} nginx", "docker logs web-server"),
    ],
)
def test_what_may_have_been_made_is_left_alone(made: str, used: str) -> None:
    assert marked(name_never_made, shell(made, used)) == []


def test_what_an_earlier_page_makes_is_there() -> None:
    page = shell("python -m venv plots", "source env/bin/activate")
    assert marked(name_never_made, page, others={"docs/a.md": shell("python -m venv env")}) == []


def test_listed_words_are_right() -> None:
    page = shell("docker build -t webapp:1.0 .", "docker run webapp")
    assert marked(name_never_made, page, words=["webapp"]) == []
