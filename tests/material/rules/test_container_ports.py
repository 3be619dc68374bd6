"""Ports of containers against what their images serve."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.container_ports import container_port
from tests.material.rules.on_page import marked, messages

FILE = "FROM python:3.13\n{}\n"


def _page(dockerfile: str, *commands: str) -> str:
    code = "\n".join(commands)
    return f"# Page\n\n```dockerfile\nFROM python:3.13\n{dockerfile}\n```\n\n```bash\n{code}\n```\n"


@pytest.mark.parametrize(
    ("dockerfile", "place"),
    [
        ('EXPOSE 8080\nCMD ["python", "-m", "serve", "--port", "8000"]', (5, 8, "8080")),
        ('CMD ["uvicorn", "app:app", "--port=8000"]\nEXPOSE 8080', (6, 8, "8080")),
        ('EXPOSE 8080\nCMD ["streamlit", "run", "app.py"]', (5, 8, "8080")),
        ('EXPOSE 8080\nCMD ["python", "-m", "streamlit", "run", "app.py"]', (5, 8, "8080")),
        ("EXPOSE 8080/tcp\nCMD gunicorn -b 0.0.0.0:8000 app:app", (5, 8, "8080")),
        ('expose 8080\nENTRYPOINT ["flask", "run", "-p", "5001"]', (5, 8, "8080")),
    ],
)
def test_a_recipe_that_exposes_another_port_is_found(dockerfile: str, place: tuple[int, int, str]) -> None:
    assert marked(container_port, _page(dockerfile)) == [place]


def test_the_message_names_both_lines() -> None:
    said = messages(container_port, _page('EXPOSE 8080\nCMD ["uvicorn", "app:app"]'))
    assert said == [
        "The Dockerfile exposes port 8080; `uvicorn`, which it starts on line 6, listens on 8000."
    ]


@pytest.mark.parametrize(
    "dockerfile",
    [
        'EXPOSE 8000\nCMD ["uvicorn", "app:app"]',
        'EXPOSE 8080\nCMD ["python", "app.py"]',
        "EXPOSE 8080\nCMD streamlit run app.py --server.port $PORT",
        "EXPOSE 8080\nENV STREAMLIT_SERVER_PORT=8080\nCMD streamlit run app.py",
        'EXPOSE 8080 8501\nCMD ["streamlit", "run", "app.py"]',
        'EXPOSE 8080\nEXPOSE 8501\nCMD ["streamlit", "run", "app.py"]',
        'EXPOSE $PORT\nCMD ["streamlit", "run", "app.py"]',
        'CMD ["streamlit", "run", "app.py"]',
        'EXPOSE 8080\nFROM python\nCMD ["streamlit", "run", "app.py"]',
        'EXPOSE 8080\n# CMD ["streamlit", "run", "app.py"]',
        'EXPOSE 8080\nCMD ["streamlit", "run"',
    ],
)
def test_recipes_that_agree_or_do_not_tell_are_left_alone(dockerfile: str) -> None:
    assert marked(container_port, _page(dockerfile)) == []


BUILD = "docker build -t web ."


@pytest.mark.parametrize(
    ("run", "place"),
    [
        ("docker run -p 8080:5000 web", (10, 15, "8080:5000")),
        ("docker run --rm -d --publish 8080:5000 web", (10, 30, "8080:5000")),
        ("docker run -dp 8080:5000 web", (10, 16, "8080:5000")),
        ("docker run -p 127.0.0.1:8080:5000 web:latest", (10, 15, "127.0.0.1:8080:5000")),
        ("docker run -p {port}:5000 web", (10, 15, "{port}:5000")),
    ],
)
def test_a_port_that_the_recipe_does_not_serve_is_found(run: str, place: tuple[int, int, str]) -> None:
    assert marked(container_port, _page("EXPOSE 8501", BUILD, run)) == [place]
    assert marked(container_port, _page('CMD ["streamlit", "run", "a.py"]', BUILD, run)) == [place]


@pytest.mark.parametrize(
    "commands",
    [
        (BUILD, "docker run -p 8080:8501 web"),
        (BUILD, "docker run -p 8080:<port> web"),
        (BUILD, "docker run -p 8080:5000 other"),
        (BUILD, "docker run -p 8080:5000 web uvicorn app:app"),
        (BUILD, "docker run -p 8080:5000 -e PORT=5000 web"),
        (BUILD, "docker run -p 8080:5000 -v ./conf:/etc/conf web"),
        (BUILD, "docker run --entrypoint flask -p 8080:5000 web"),
        ("docker run -p 8080:5000 web",),
        (BUILD, "docker run -P web"),
        (BUILD, "docker run -p 8080 web"),
    ],
)
def test_containers_that_agree_or_are_told_otherwise_are_left_alone(commands: tuple[str, ...]) -> None:
    assert marked(container_port, _page("EXPOSE 8501", *commands)) == []


def test_two_recipes_tell_nothing() -> None:
    page = _page("EXPOSE 8501", BUILD, "docker run -p 8080:5000 web")
    assert marked(container_port, page + "\n```dockerfile\nFROM node\nEXPOSE 3000\n```\n") == []


def test_the_companions_recipe_counts() -> None:
    page = f"# Page\n\n```bash\n{BUILD}\ndocker run -p 8080:5000 web\n```\n"
    one = {"Dockerfile": FILE.format("EXPOSE 8501")}
    assert marked(container_port, page, companion=one) == [(5, 15, "8080:5000")]
    assert marked(container_port, page, companion={**one, "api/Dockerfile": FILE.format("EXPOSE 80")}) == []


@pytest.mark.parametrize(
    ("run", "found"),
    [
        ("docker run -p 8080:8080 nginx", 1),
        ("docker run -p 8080:8080 nginx:1.27-alpine", 1),
        ("docker run -d -p 5432:5433 postgres:17", 1),
        ("docker run -p 8888:8080 quay.io/jupyter/scipy-notebook", 0),
        ("docker run -p 8888:8080 jupyter/scipy-notebook:lab-3.5.3", 1),
        ("docker run -p 8080:80 nginx", 0),
        ("docker run -p 8080:8080 -v ./nginx.conf:/etc/nginx/nginx.conf nginx", 0),
        ("docker run -p 5433:5433 postgres -p 5433", 0),
        ("docker run -p 8080:8080 octo/nginx", 0),
    ],
)
def test_well_known_images_serve_their_port(run: str, found: int) -> None:
    assert len(marked(container_port, f"# Page\n\n```bash\n{run}\n```\n")) == found
