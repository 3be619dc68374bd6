"""A lab's parameters, and what the page's commands say."""

from __future__ import annotations

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.rules.lab_parameters import lab_parameter
from tests.material.lab_courses import HEAD, course_with, line_of, steps

PAGE = """# Knots

## Build

When building the image, name it well: `eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0`.
Look at the `Dockerfile` first, at `app/server.py`, and at `${MASCOT}`.

## Run

```bash
export NAME="knots-{yourgroup}-{yourname}"  # with your own
gcloud compute instances create $NAME \\
    --machine-type="e2-small" \\
    --boot-disk-size=20GB --scopes=storage-rw,logging-write
gcloud compute ssh $NAME -- -N -L 9000:localhost:8000
docker run --rm -p 8000:8000 -p 8888:8888 knots:1.0
git clone https://github.com/harbour/knots.git
```

Go to http://localhost:9000/tie.
"""
LAB = (
    HEAD
    + """
[names]
image = "{registry}/webapp-gif:{team}-{mascot}-1.0"
instance = "knots-{team}-{member}"
repository = "harbour/knots"

[vm]
machine_type = "e2-small"
disk_size_gb = 20
scopes = ["logging-write", "storage-rw"]

[ports]
web = 8000
tunnel = 9000

[agrees]
names.image = { text = "`{}`", step = "1" }
names.instance = ["NAME={}", "gcloud compute instances create {}"]
names.repository = "git clone https://github.com/{}.git"
vm.machine_type = "gcloud compute instances create --machine-type={}"
vm.disk_size_gb = "gcloud compute instances create --boot-disk-size={}GB"
vm.scopes = "gcloud compute instances create --scopes={}"
ports.web = "docker run -p *:{}"
ports.tunnel = { text = "http://localhost:{}", step = "2" }
"""
    + steps("#build", "#run")
)


def found(page: str, lab: str = LAB) -> list[Found]:
    return list(lab_parameter(course_with(page, lab)))


def test_a_page_that_says_the_same_is_right() -> None:
    assert found(PAGE) == []


def test_an_image_renamed_on_the_page_names_the_line_of_the_lab_to_change() -> None:
    """And the line of the page."""
    course = course_with(PAGE.replace("webapp-gif:", "mascots:"), LAB)
    (one,) = lab_parameter(course)
    assert (one.place.path, one.place.line) == (
        "lab/lab.toml",
        line_of(course, "lab/lab.toml", 'image = "{r'),
    )
    assert one.message == (
        "The lab lab expects '{registry}/webapp-gif:{team}-{mascot}-1.0' (names.image), and docs/knots.md:5 "
        "says 'eu.gcr.io/${PROJECT_ID}/mascots:${GROUPNAME}-${MASCOT}-1.0'."
    )
    assert one.severity is None


@pytest.mark.parametrize(
    ("old", "new", "parameter", "line"),
    [
        ("webapp-gif:${GROUPNAME}-${MASCOT}", "webapp-gif:${MASCOT}-${GROUPNAME}", "names.image", 5),
        ("-1.0`", "-2.0`", "names.image", 5),
        ("${MASCOT}-1.0", "${MASCOT}", "names.image", 5),
        ('NAME="knots-', 'NAME="knot-', "names.instance", 11),
        ("harbour/knots.git", "harbor/knots.git", "names.repository", 17),
        ("e2-small", "e2-medium", "vm.machine_type", 13),
        ("=20GB", "=50GB", "vm.disk_size_gb", 14),
        ("storage-rw,", "storage-ro,", "vm.scopes", 14),
        ("storage-rw,", "", "vm.scopes", 14),
        ("8000:8000 -p", "8000:8001 -p", "ports.web", 16),
        ("localhost:9000/", "localhost:9001/", "ports.tunnel", 20),
    ],
)
def test_a_difference_names_both_lines(old: str, new: str, parameter: str, line: int) -> None:
    assert PAGE.count(old) == 1
    course = course_with(PAGE.replace(old, new), LAB)
    (one,) = lab_parameter(course)
    line_of_lab = (course.root / one.place.path).read_text().splitlines()[one.place.line - 1]
    assert line_of_lab.partition(" = ")[0] == parameter.partition(".")[2]
    assert f"({parameter}), and docs/knots.md:{line} says" in one.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Other names for what the student puts in.
        ("${GROUPNAME}-${MASCOT}", "<your group>-<mascot>"),
        ("${GROUPNAME}-${MASCOT}", "sailors-cat"),
        ("eu.gcr.io/${PROJECT_ID}/", "$REGISTRY/"),
        ("eu.gcr.io/${PROJECT_ID}/", "europe-docker.pkg.dev/[your project]/knots/"),
        ("eu.gcr.io/${PROJECT_ID}/", "localhost:5000/"),
        # Another way to write the same.
        ('--machine-type="e2-small"', "--machine-type e2-small"),
        ('--machine-type="e2-small"', "--machine-type='e2-small'"),
        ("storage-rw,logging-write", "logging-write,storage-rw"),
        ("-p 8000:8000", "-p 80:8000"),
        ("-p 8000:8000", "-p8000:8000"),
        ("-p 8000:8000", "--publish=8000:8000"),
        ("-p 8000:8000 -p 8888:8888", "-p 8888:8888 -p 127.0.0.1:8000:8000"),
        ("gcloud compute instances", "gcloud compute --project=[your project] instances"),
        ("git clone https", "git clone --depth 1 https"),
        ("export NAME", "NAME"),
        # What cannot be told from here.
        ('"e2-small"', '"$MACHINE"'),
        ('"e2-small"', "<machine type>"),
        ("=20GB", "=${DISK}"),
        ("storage-rw,logging-write", "$SCOPES"),
        ("8000:8000", "$PORT:$PORT"),
        # Something else beside it.
        ("Look at", "Not `eu.gcr.io/a/webapp-jpg:b-c-1.0`. Look at"),
        ("gcloud compute ssh", "gcloud compute instances create other --machine-type=n1\ngcloud compute ssh"),
        ("Go to http", "Or http://localhost:9999 with a tunnel of your own. Go to http"),
    ],
)
def test_what_comes_to_the_same_is_right(old: str, new: str) -> None:
    assert PAGE.count(old) == 1
    assert found(PAGE.replace(old, new)) == []


def test_a_variable_that_the_page_sets_is_what_it_is_set_to() -> None:
    page = PAGE.replace('--machine-type="e2-small"', '--machine-type="$MACHINE"')
    assert found(page.replace("```bash\n", "```bash\nMACHINE=e2-small\n")) == []
    (one,) = found(page.replace("```bash\n", "```bash\nMACHINE=n1-standard-1\n"))
    assert "expects 'e2-small' (vm.machine_type), and docs/knots.md:14 says '$MACHINE'" in one.message


def test_a_command_within_a_sentence_counts() -> None:
    page = PAGE.replace("git clone https://github.com/harbour/knots.git\n", "")
    assert found(page + "\nClone it: `git clone https://github.com/harbour/knots.git`.\n") == []
    (one,) = found(page + "\nClone it: `git clone https://github.com/harbour/ropes.git`.\n")
    assert "docs/knots.md:21 says 'https://github.com/harbour/ropes.git'" in one.message


def test_only_the_section_of_the_step_counts() -> None:
    """The same text elsewhere is about something else."""
    page = PAGE.replace("## Build", "Not http://localhost:1234.\n\n## Build")
    assert found(page) == []
    moved = page.replace("localhost:9000/", "localhost:1234/").replace(
        "Not http://localhost:1234", "http://localhost:9000"
    )
    assert len(found(moved)) == 1


def test_a_command_that_the_page_no_longer_has_is_a_warning() -> None:
    """Else nobody would notice that nothing is compared any more."""
    course = course_with(PAGE.replace("git clone", "git pull"), LAB)
    (one,) = lab_parameter(course)
    assert one.severity is Severity.WARNING
    assert one.place.line == line_of(course, "lab/lab.toml", "names.repository = ")
    assert "nothing of the form 'git clone https://github.com/{}.git'" in one.message


def test_all_differing_lines_are_named_at_once() -> None:
    lab = LAB.replace(
        "names.repository =",
        'vm.extra = ["docker run -p *:{}", { text = "localhost:{}" }]\nnames.repository =',
    ).replace("[vm]", "[vm]\nextra = 7")
    (one,) = found(PAGE, lab)
    assert "docs/knots.md:16 says '8000:8000' and docs/knots.md:15 says '8000'" in one.message


def test_a_variant_is_told_where_it_sets_the_parameter() -> None:
    files = {"newer/lab.toml": 'base = "lab"\n[ports]\nweb = 8080\n'}
    course = course_with(PAGE, LAB, files=files, labs=["newer"])
    (one,) = lab_parameter(course)
    assert str(one.place) == "newer/lab.toml:3:1"


def test_the_parameters_of_a_step_that_is_left_out_are_not_compared() -> None:
    files = {"newer/lab.toml": 'base = "lab"\nleave_out = ["2"]\n[ports]\ntunnel = 1\n'}
    assert list(lab_parameter(course_with(PAGE, LAB, files=files, labs=["newer"]))) == []


def test_a_page_that_is_not_in_the_material_is_not_compared() -> None:
    assert found(PAGE, LAB.replace("course.test", "elsewhere.test")) == []


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ('vm.cpus = "a {}"', "agrees.vm.cpus: the lab has no parameter vm.cpus"),
        ('vm.machine_type = "docker push"', "expected a command line with one {} in the value's place"),
        ('vm.machine_type = "docker push {} {}"', "expected a command line with one {} in the value's place"),
        ('vm.machine_type = "docker push \'{}"', "expected a command line with one {} in the value's place"),
        ('vm.machine_type = "{}"', "begins with the value itself"),
        ('vm.machine_type = { text = "{} GB" }', "expected one {} with text in front of it"),
        ("vm.machine_type = {}", "expected either command or text"),
        ('vm.machine_type = { text = "a {}", command = "a {}" }', "expected either command or text"),
        ('vm.machine_type = { text = "a {}", step = "7" }', "there is no step '7'"),
    ],
)
def test_a_mistake_in_agrees_is_named(declared: str, said: str) -> None:
    lab = HEAD + f'\n[vm]\nmachine_type = "e2"\n\n[agrees]\n{declared}\n' + steps("#run")
    with pytest.raises(UsageError) as caught:
        found(PAGE, lab)
    assert said in caught.value.message
    assert caught.value.message.startswith("lab/lab.toml:8: ")
