"""Ports that change along a page."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.ports import changed_port
from tests.material.rules.on_page import found_on, marked, messages, shell


@pytest.mark.parametrize(
    ("page", "place"),
    [
        (
            shell("docker run -p 8080:80 nginx") + "\nOpen http://localhost:8000 now.\n",
            (7, 6, "http://localhost:8000"),
        ),
        (shell("docker run -p 8080:80 nginx", "curl localhost:8000/a"), (9, 6, "localhost:8000")),
        (shell("docker run -p 8080:5000 a", "curl http://127.0.0.1:5000"), (9, 6, "http://127.0.0.1:5000")),
        (
            shell("docker run -p127.0.0.1:8080:5000 a", 'curl "http://localhost:5000/"'),
            (9, 7, "http://localhost:5000"),
        ),
        (shell("ssh -N -L 9000:localhost:8000 me@vm", "curl localhost:9001"), (9, 6, "localhost:9001")),
        (shell("ssh -N -L 9000:localhost:8000 me@vm", "curl localhost:8000"), (9, 6, "localhost:8000")),
        (
            shell(
                "gcloud compute ssh vm -- -NL 9000:localhost:80 -L 9000:localhost:8000", "curl localhost:9001"
            ),
            (9, 6, "localhost:9001"),
        ),
        (shell("streamlit run app.py") + "\nGo to `localhost:8502`.\n", (7, 8, "localhost:8502")),
        (
            shell("jupyter lab --port 8889") + "\nGo to <http://localhost:8888/lab>.\n",
            (7, 8, "http://localhost:8888"),
        ),
        (
            shell("uvicorn app:app --port=8080") + "\nOpen http://<address>:8000/docs.\n",
            (7, 6, "http://<address>:8000"),
        ),
        (
            shell("python -m http.server 8081") + "\nOpen http://localhost:8080.\n",
            (7, 6, "http://localhost:8080"),
        ),
        (shell("flask --app web run") + "\nOpen http://localhost:8000.\n", (7, 6, "http://localhost:8000")),
        (shell("gunicorn -b 0.0.0.0:9696 app:app", "curl localhost:9969"), (9, 6, "localhost:9969")),
        (shell("kubectl port-forward svc/web 7080:80", "curl localhost:8080"), (9, 6, "localhost:8080")),
        (
            shell("uvicorn app:app")
            + "\nTake a phone (it won't work over the wifi of the school, maybe over 4G) and"
            " connect to http://{ip}:8080.\n",
            (7, 88, "http://{ip}:8080"),
        ),
        ("# Page\n\nType `mlflow ui`, and open http://localhost:5001.\n", (3, 28, "http://localhost:5001")),
    ],
)
def test_an_address_where_nothing_answers_is_found(page: str, place: tuple[int, int, str]) -> None:
    assert marked(changed_port, page) == [place]


def test_the_message_names_the_source() -> None:
    said = messages(changed_port, shell("docker run -p 8080:80 nginx", "curl localhost:8000"))
    assert said == ["Nothing on the page answers on port 8000; line 4 makes it 8080."]


def test_a_containers_own_port_is_named_as_that() -> None:
    (found,) = found_on(changed_port, shell("docker run -p 8080:5000 a", "curl localhost:5000"))
    assert found.message == "Port 5000 is inside the container; line 4 makes it port 8080 here."
    assert found.remedy == "Write port 8080."


@pytest.mark.parametrize(
    "page",
    [
        shell("docker run -p 8080:80 nginx", "curl localhost:8080"),
        shell(
            "docker run -p 8080:80 nginx\ndocker run -p 8000:80 nginx",
            "curl localhost:8080\ncurl localhost:8000",
        ),
        shell("docker run -p 8080:80 nginx", "python app.py\ncurl localhost:8000"),
        shell("docker run -p 8080:80 nginx", "docker compose up -d\ncurl localhost:8000"),
        shell("docker run -p 8080:80 nginx", "npm start &\ncurl localhost:8000"),
        shell("docker run -P nginx\ndocker run -p 8080:80 nginx", "curl localhost:8000"),
        shell("docker run --network host nginx\ndocker run -p 8080:80 nginx", "curl localhost:8000"),
        shell("docker run -p 8080:80 nginx", "docker exec web curl localhost:80"),
        shell("docker run -p $PORT:80 nginx", "curl localhost:8000"),
        shell("docker run -p {your-port}:80 nginx", "curl localhost:8000"),
        shell("curl localhost:8000"),
        shell("jupyter lab") + "\nOpen http://localhost:8888/lab.\n",
        shell("streamlit run app.py --server.port 8080") + "\nOpen http://localhost:8080.\n",
        shell("ssh -L 9000:localhost:8000 me@vm", "curl localhost:9000"),
        shell("ssh -L 9000:localhost:8000 me@vm", "uvicorn app:app\ncurl localhost:8000"),
        shell("uvicorn app:app", "ssh -L 9000:localhost:8000 me@vm\ncurl localhost:9000"),
        shell("docker run -p 8080:80 nginx")
        + "\nPort 8000 is your notebook's. Open http://localhost:8000.\n",
        shell("docker run -p 8080:80 nginx") + "\n* 8000: the notebook\n\nOpen http://localhost:8000.\n",
        shell("docker run -p 8080:80 nginx") + "\nIf it is taken, use another: http://localhost:8081.\n",
        shell("docker run -p 8080:80 nginx") + "\nFor example http://localhost:8081.\n",
        shell("docker run -p 8080:80 nginx") + "\nReplace http://localhost:8081 in the file.\n",
        shell("docker run -p 8080:80 nginx") + "\nSee http://example.org:8000/a.\n",
        shell("docker run -p 8080:80 nginx")
        + "\n```python\nserve(port=8000)\n```\n\nOpen http://localhost:8000.\n",
        shell("docker run -p 8080:80 nginx")
        + '\n```yaml\nports: ["8000:80"]\n```\n\nOpen http://localhost:8000.\n',
        shell("fastapi dev")
        + "\n```text\nrunning on http://127.0.0.1:8001\n```\n\nOpen http://127.0.0.1:8001.\n",
        "# Page\n\n```console\n$ docker run -p 8080:80 nginx\nserving on http://localhost:80\n```\n",
        "# Page\n\nJupyter's default is 8888 (that is why you open http://localhost:8888).\n",
    ],
)
def test_addresses_that_something_may_answer_on_are_left_alone(page: str) -> None:
    assert marked(changed_port, page) == []


def test_what_another_part_starts_does_not_hide_this_one() -> None:
    page = (
        "# Page\n\n## One\n\n```bash\npython app.py\n```\n\n## Two\n\n```bash\n{}\ncurl localhost:8000\n```\n"
    )
    assert len(marked(changed_port, page.format("docker run -p 8080:80 nginx"))) == 1
    assert marked(changed_port, page.format("ls")) == []


def test_a_companions_configuration_counts() -> None:
    page = shell("streamlit run app.py") + "\nOpen http://localhost:8600.\n"
    assert marked(changed_port, page, companion={"config.toml": "[server]\nport = 8600\n"}) == []
    assert len(marked(changed_port, page, companion={"README.md": "8600"})) == 1


def test_what_an_earlier_page_starts_counts() -> None:
    page = shell("docker run -p 8080:80 nginx", "curl localhost:8000")
    assert marked(changed_port, page, others={"docs/a.md": shell("docker run -p 8000:80 nginx")}) == []
    assert len(marked(changed_port, page, others={"docs/a.md": shell("docker run -p 8001:80 nginx")})) == 1
    assert len(marked(changed_port, page, others={"docs/z.md": shell("docker run -p 8000:80 nginx")})) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "This launches the application on port 8502 of the codespace.",
        "This will launch the application on **port 8502** of the codespace.",
        "The app is running on port `8502`.",
        "It listens on the port 8502 (by default).",
        "Open port 8502 in your browser.",
        "It runs on port 8502. You can connect to it as usual.",
    ],
)
def test_a_sentence_that_says_another_port_is_found(sentence: str) -> None:
    page = shell("streamlit run app.py") + f"\n{sentence}\n"
    assert marked(changed_port, page) == [(7, sentence.index("8502") + 1, "8502")]
    assert messages(changed_port, page) == [
        "The page says port 8502; `streamlit`, started on line 4, listens on 8501."
    ]


def test_a_sentence_about_a_container_has_to_agree() -> None:
    page = shell("docker run -p 8000:8000 web") + "\nOpen port {} in your codespace.\n"
    assert marked(changed_port, page.format(8001)) == [(7, 11, "8001")]
    assert marked(changed_port, page.format(8000)) == []
    mapped = page.replace("8000:8000", "8000:80")
    assert marked(changed_port, mapped.format(8001)) == []


def test_a_container_of_the_same_port_does_not_hide_the_program() -> None:
    page = shell("streamlit run app.py", "docker run -p 8501:8501 web") + "\nIt runs on port 8502.\n"
    assert [text for *_, text in marked(changed_port, page)] == ["8502"]


@pytest.mark.parametrize(
    "sentence",
    [
        "This launches the application on port 8501.",
        "If 8501 is taken, it runs on port 8502.",
        "You may see it on port 8502.",
        "Jupyter is running on port 8888.",
        "The database listens on port 5433.",
        "SSH is on port 22, HTTP on port 80.",
        "The ports 8502 and 8503 are not open.",
        "The other app runs on port 8502.",
        "Each app has a port: a number such as port 8502.",
        "A server listens on port 8502, for example.",
    ],
)
def test_sentences_about_something_else_are_left_alone(sentence: str) -> None:
    assert marked(changed_port, shell("streamlit run app.py") + f"\n{sentence}\n") == []


def test_a_sentence_in_another_part_is_left_alone() -> None:
    assert (
        marked(changed_port, shell("streamlit run app.py") + "\n## Then\n\nThe app runs on port 8502.\n")
        == []
    )


def test_a_mapping_that_a_sentence_describes_has_to_agree() -> None:
    said = "\nMap the host port 8888 (that of the tunnel) to the docker port {}.\n\n"
    page = "# Page\n" + said + "```bash\ndocker run -p 8888:8888 a\n```\n"
    assert marked(changed_port, page.format(8080)) == [(3, 64, "8080")]
    assert marked(changed_port, page.format(8888)) == []


@pytest.mark.parametrize(
    ("tunnel", "there", "place"),
    [
        ("ssh -L 8888:localhost:9999 me@vm", "jupyter lab --port 8888", (4, 8, "8888:localhost:9999")),
        (
            "ssh me@vm -L <source>:localhost:<destination>",
            "jupyter lab --port=<source>",
            (4, 14, "<source>:localhost:<destination>"),
        ),
        ("ssh -L 8081:localhost:5000 me@vm", "docker run -p 8081:5000 a", (4, 8, "8081:localhost:5000")),
        ("ssh -L 8888:localhost:8888 me@vm", "jupyter lab --port 8889", (4, 8, "8888:localhost:8888")),
        ("ssh -L8888:localhost:8888 me@vm", "jupyter lab --port 8889", (4, 5, "-L8888:localhost:8888")),
    ],
)
def test_a_tunnel_to_where_nobody_listens_is_found(
    tunnel: str, there: str, place: tuple[int, int, str]
) -> None:
    assert marked(changed_port, shell(tunnel, there)) == [place]


@pytest.mark.parametrize(
    ("tunnel", "there"),
    [
        ("ssh -L 8888:localhost:8888 me@vm", "jupyter lab"),
        ("ssh -L 9999:localhost:8888 me@vm", "jupyter lab"),
        ("ssh -L <port>:localhost:<port> me@vm", "jupyter lab --port=<port>"),
        ("ssh -L <here>:localhost:<there> me@vm", "jupyter lab --port=<there>"),
        ("ssh -L {client-port}:localhost:{server-port} me@vm", "jupyter lab"),
        ("ssh -L 8080:localhost:8081 me@vm", "docker run -p 8081:80 nginx"),
        ("ssh -L 8888:localhost:9999 me@vm", "python app.py --port 9999\njupyter lab"),
        ("ssh -L 8888:localhost:9999 me@vm", "ls"),
        ("ssh -L 5433:db.internal:5432 me@vm", "jupyter lab"),
        ("ssh -R 8888:localhost:9999 me@vm", "jupyter lab --port 8888"),
    ],
)
def test_tunnels_that_lead_somewhere_are_left_alone(tunnel: str, there: str) -> None:
    assert marked(changed_port, shell(tunnel, there)) == []


def test_a_tunnel_to_a_port_that_a_sentence_names_is_left_alone() -> None:
    page = (
        shell("ssh -L 8080:localhost:8080 me@vm", "streamlit run app.py")
        + "\n* 8080: the machine's notebook\n"
    )
    assert marked(changed_port, page) == []


RULE = "gcloud compute firewall-rules create open-it --rules=tcp:{} --action=ALLOW"


def test_a_firewall_opens_the_port_that_is_used() -> None:
    visit = "\nConnect to it: http://ip-of-the-machine:8501\n"
    assert [at[:2] for at in marked(changed_port, shell(RULE.format(8051)) + visit)] == [(4, 54)]
    assert marked(changed_port, shell(RULE.format(8501)) + visit) == []
    assert marked(changed_port, shell(RULE.format(22)) + visit) == []
    assert marked(changed_port, shell(RULE.format(8051))) == []
    assert marked(changed_port, shell(RULE.format(8051)) + "\nOpen http://localhost:8501.\n") == []
    assert marked(changed_port, shell(RULE.format(8051)) + visit + "\nPort 8051 is for the team.\n") == []


def test_a_page_of_many_ports_is_left_alone() -> None:
    page = shell(
        "\n".join(
            f"docker run -p {port}:80 nginx\ncurl localhost:{port + 1}" for port in range(2000, 4000, 2)
        )
    )
    assert marked(changed_port, page) == []
