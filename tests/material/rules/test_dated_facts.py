"""Dated facts on pages."""

from __future__ import annotations

import datetime

import pytest

from pytest_cloudlab.material.finding import Severity
from pytest_cloudlab.material.rules.dated_facts import dated_facts
from pytest_cloudlab.material.testing import course_of

LATE = datetime.date(2027, 1, 1)


def found(text: str, **options):
    options.setdefault("today", LATE)
    course = course_of({"docs/a.md": text}, **options)
    return list(dated_facts(course.pages["docs/a.md"], course))


def places(text: str, **options) -> list[tuple[int, int, int]]:
    return [(each.place.line, each.place.column, each.place.length) for each in found(text, **options)]


def bash(code: str) -> str:
    return f"Do this:\n\n```bash\n{code}\n```\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (bash("docker push eu.gcr.io/octo/app:1"), (4, 13, 10)),
        (bash("docker build -t gcr.io/$PROJECT/app ."), (4, 17, 8)),
        (bash("gcloud source repos clone app"), (4, 1, 25)),
        (bash("gcloud compute instances create a --image-family=debian-10"), (4, 50, 9)),
        (bash("gcloud compute instances create a --image-family=common-cpu-debian-10"), (4, 50, 20)),
        (bash("gcloud compute instances create-with-container a"), (4, 1, 46)),
        (bash("gcloud compute instances create a --image=cos-stable-101-17162-40-5"), (4, 43, 25)),
        (bash("pip install sklearn pandas"), (4, 1, 19)),
        (bash("docker-compose up -d"), (4, 1, 17)),
        (bash("docker-compose -f dev.yml up"), (4, 1, 28)),
        (bash("$ docker-machine create box\nRunning pre-create checks"), (4, 3, 21)),
        (bash("curl -s https://x.org/key | sudo apt-key add -"), (4, 34, 11)),
        (bash("docker run -it python:3.7-slim bash"), (4, 16, 15)),
        (bash("git clone git://github.com/octo/app"), (4, 11, 17)),
        (bash("source activate base"), (4, 1, 20)),
        ("```dockerfile\nFROM python:3.8\n```\n", (2, 6, 10)),
        (
            "```dockerfile\nFROM --platform=linux/amd64 docker.io/library/node:16-alpine AS a\n```\n",
            (2, 47, 14),
        ),
        ("```dockerfile\nFROM openjdk:11\nMAINTAINER Ada\n```\n", (2, 6, 10)),
        ("```yaml\nservices:\n  db:\n    image: postgres:12\n```\n", (4, 12, 11)),
        ("```yaml\n- uses: actions/upload-artifact@v3\n```\n", (2, 9, 26)),
        ("```yaml\nruns-on: ubuntu-20.04\n```\n", (2, 1, 21)),
        ("```yaml\napiVersion: extensions/v1beta1\n```\n", (2, 1, 30)),
        ("```python\nfrom sklearn.datasets import load_boston\n```\n", (2, 23, 18)),
        ("```python\nx = tf.placeholder(tf.float32)\n```\n", (2, 5, 15)),
        ("```python\n@st.cache\ndef f(): ...\n```\n", (2, 2, 8)),
        ("Name it `eu.gcr.io/${PROJECT}/app:1` and push.\n", (1, 10, 10)),
        ("Then run `docker-compose up`.\n", (1, 11, 17)),
        ("Write `FROM python:3.6` on top.\n", (1, 13, 10)),
        ("See [the course](https://www.katacoda.com/courses/docker).\n", (1, 30, 12)),
        ("Deploy it on the free tier of Heroku.\n", (1, 18, 19)),
        ("Push to us.gcr.io/octo/app now.\n", (1, 9, 10)),
    ],
)
def test_what_has_expired_is_found(text, place):
    """In blocks, in code within text, in addresses, in the images that things are built on."""
    assert place in places(text)


@pytest.mark.parametrize(
    "text",
    [
        "Container Registry (`gcr.io`) was replaced by Artifact Registry.\n",
        "Until 2023, everybody typed `docker-compose up`.\n",
        "Compose V1 is deprecated:\n\n```bash\ndocker-compose up\n```\n",
        '=== "Legacy"\n\n    ```bash\n    docker-compose up\n    ```\n',
        "## Migrating from Compose V1\n\n```bash\ndocker-compose up\n```\n",
        "Use `docker compose up` instead of `docker-compose up`.\n",
        "Use `conda activate base`, not `source activate base`.\n",
        "Don't install it with `pip install sklearn`.\n",
        bash("# docker-compose up is how it was done\ndocker compose up"),
        bash("# deprecated:\ndocker-compose up"),
        bash("docker compose up"),
        bash("docker compose -f docker-compose.yml up"),
        bash("cat docker-compose.yml"),
        bash("docker pull gcr.io/distroless/python3"),
        bash("docker push europe-docker.pkg.dev/octo/app/web:1"),
        bash("docker push registry.gcr.io.example.org/app"),
        bash("pip install scikit-learn"),
        bash("pip install auto-sklearn sklearn-crfsuite"),
        bash("pip install ./sklearn"),
        bash("pip install tensorflow-gpu==1.15"),
        bash("source venv/bin/activate"),
        bash("source activate.sh"),
        bash("conda install -c pytorch faiss-cpu"),
        bash("docker run python:3.13 python3.13 -V"),
        bash("docker run node:24"),
        bash("docker run postgres:17"),
        bash("docker run my-node:16000"),
        bash("gcloud compute instances create a --image-family=debian-12"),
        bash("gcloud compute instances create debian-100"),
        bash("apt-get install python3-pip python3-dev"),
        "```dockerfile\nFROM python:3.12-bookworm\n```\n",
        "```dockerfile\nFROM python:3\n```\n",
        "```dockerfile\nFROM eclipse-temurin:21\n```\n",
        "```text\nREPOSITORY\neu.gcr.io/octo/app\n```\n",
        "```yaml\n- uses: actions/checkout@v4\n- uses: actions/upload-artifact@v4\n```\n",
        "```yaml\n- uses: actions/checkout@v20\n```\n",
        "```yaml\nruns-on: ubuntu-24.04\n```\n",
        "```yaml\napiVersion: apps/v1\nkind: Deployment\n```\n",
        "```python\nx = tf.compat.v1.placeholder(tf.float32)\n```\n",
        "With tensorflow==1.15:\n\n```python\nwith tf.Session() as s: ...\n```\n",
        "```python\n@st.cache_data\ndef f(): ...\n```\n",
        "```python\nx = np.int32(1); y = np.float64(2); z = np.nan\n```\n",
        "Install `pandas==1.5`.\n\n```python\ndf = df.append(row)\n```\n",
        "```python\nlines.append(1); df_list.append(2)\n```\n",
        "Python 3.7 or later is needed. Heroku is a cloud.\n",
        "Read how [Katacoda closed](https://www.oreilly.com/online-learning/leveraging-katacoda-technology.html).\n",
        "The debian-10 image was removed.\n",
    ],
)
def test_what_is_current_or_told_as_history_is_left_alone(text):
    """A page may explain what came before."""
    assert found(text) == []


def test_the_finding_says_what_since_when_and_instead():
    """And where it was announced."""
    (each,) = found(bash("pip install sklearn"))
    assert each.message == "The package `sklearn` (`pip install sklearn`) has not worked since 2023-12-01."
    assert each.remedy == "Use `scikit-learn`; see https://github.com/scikit-learn/sklearn-pypi-package"


def test_before_its_day_a_fact_is_a_warning_for_ninety_days():
    """Earlier it is nothing."""
    text = "```dockerfile\nFROM python:3.9\n```\n"
    day = datetime.date(2025, 10, 31)
    assert found(text, today=day - datetime.timedelta(days=91)) == []
    (soon,) = found(text, today=day - datetime.timedelta(days=90))
    assert soon.severity is Severity.WARNING
    assert soon.message == "Python 3.9 (`python:3.9`) will lose its support on 2025-10-31."
    (expired,) = found(text, today=day)
    assert expired.severity is Severity.ERROR


def test_on_a_change_only_lines_that_it_touches_are_errors():
    """Nobody who mends a typo has to renew the course; the scheduled run says it to its owners."""
    text = bash("docker-compose up\ndocker-compose down").replace("```bash", "```sh")
    two = text.replace("docker-compose down", "docker-machine ls")
    touched = {"docs/a.md": frozenset({4})}
    assert [each.severity for each in found(two, touched=touched)] == [Severity.ERROR, Severity.WARNING]
    assert [each.severity for each in found(two, touched={})] == [Severity.WARNING] * 2
    assert [each.severity for each in found(two, touched={}, scheduled=True)] == [Severity.ERROR] * 2
    assert [each.severity for each in found(two)] == [Severity.ERROR] * 2


def test_what_is_only_deprecated_is_a_warning():
    """It still works."""
    (each,) = found("```python\n@st.cache\ndef f(): ...\n```\n")
    assert each.severity is Severity.WARNING


def test_a_course_adds_facts_of_its_own(tmp_path):
    """In a file of the same form."""
    (tmp_path / "ours.toml").write_text(
        '[[fact]]\npattern = \'lab-vm-2024\'\nkind = "image"\nwhere = ["code", "prose"]\nsince = 2025-06-01\n'
        'source = "https://example.org/vm"\nreplace_by = "lab-vm-2025"\n',
        encoding="utf-8",
    )
    text = "The image lab-vm-2024 is yours.\n\n```bash\nmake lab-vm-2024\n```\n"
    assert places(text, root=tmp_path, facts=["ours.toml"]) == [(1, 11, 11), (4, 6, 11)]


def test_one_line_says_a_thing_once():
    """However many patterns it fits."""
    assert len(found(bash("docker push eu.gcr.io/$PROJECT/app"))) == 1
