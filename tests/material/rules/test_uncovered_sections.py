"""Sections that have students do something, and the steps that judge them."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.rules.uncovered_sections import uncovered_section
from tests.material.growth import TIMES, in_proportion
from tests.material.lab_courses import HEAD, course_with, steps

COMMAND = "```bash\ndocker build --tag knots .\n```\n"


def found(page: str, *anchors: str, **more: object) -> list[Found]:
    lab = HEAD + steps(*(anchors or ("#done",)))
    return list(uncovered_section(course_with(f"# Knots\n\n{page}\n\n## Done\n\n{COMMAND}", lab, **more)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (COMMAND, "docker build --tag knots ."),
        ("```console\n$ ls\nknots\n$ docker push knots\n```\n", "$ docker push knots"),
        ('=== "Linux"\n\n    ```bash\n    sudo apt-get install rope\n    ```\n', "sudo apt-get install rope"),
        ("1. Look:\n\n    ```bash\n    git clone https://a.test/b\n    ```\n", "git clone https://a.test/b"),
        ("```bash\necho rope > knots.txt\n```\n", "echo rope > knots.txt"),
        ("- Open the console.\n- Click **Create**.\n", "Open the console."),
        ("1. **Edit** the file\n2. Then save it\n", "**Edit** the file"),
    ],
)
def test_a_section_that_no_step_sees_is_told_on_its_heading(body: str, said: str) -> None:
    (one,) = found(f"## Tie it\n\n{body}")
    assert str(one.place) == "docs/knots.md:3:1"
    assert one.message == f"No step of the lab lab judges this section, which tells students: {said}"


def test_each_section_is_told_once() -> None:
    two = found(f"## Tie it\n\n{COMMAND}\n{COMMAND}\n### Tighter\n\n- Pull it.\n- Push it.\n")
    assert [one.place.line for one in two] == [3, 13]


@pytest.mark.parametrize(
    "heading",
    [
        "Introduction",
        "0. Overview",
        "Objectives of this session",
        "How to run this part",
        "What you learned",
        "What you will learn",
        "Optional: a fancier knot",
        "(Optional) Untie it",
        "Bonus",
        "Advanced usage",
        "Alternative: from your laptop",
        "Understanding ropes",
        "Why ropes?",
        "What is a knot?",
        "How knots work",
        "Under the hood",
        "Conclusion",
        "Summary",
        "What's next",
        "Going further",
        "Troubleshooting",
        "Appendix A",
        "FAQ",
        "3. References",
        "Prerequisites",
        "Example",
    ],
)
def test_sections_that_are_not_there_to_be_done_are_left_alone(heading: str) -> None:
    assert found(f"## {heading}\n\n{COMMAND}\n### A part of it\n\n{COMMAND}") == []


@pytest.mark.parametrize(
    "body",
    [
        "A knot is a rope with a history.\n",
        "```python\nprint('rope')\n```\n",
        "```yaml\nrope: red\n```\n",
        "```text\ndocker build .\n```\n",
        "```bash\ncat knots.txt\nls -l\n```\n",
        "```bash\nexport ROPE=red\ncd ropes\n```\n",
        "```bash\ndocker images | head\ngit status\nkubectl get pods\n```\n",
        "```bash\npython tie.py --help\ndocker --version\n```\n",
        "!!! tip\n\n    ```bash\n    docker system prune\n    ```\n",
        '??? hint "The solution"\n\n    - Open it.\n    - Close it.\n',
        "- Ropes are long.\n- Knots are short.\n",
        "- Open it.\n",
        "In this part you will:\n\n- Create a knot\n- Delete a knot\n",
        "With a rope you can:\n\n- Pull things\n- Tie things\n",
        "<!--\n```bash\ndocker build .\n```\n-->\n",
    ],
)
def test_what_leaves_no_trace_need_not_be_judged(body: str) -> None:
    assert found(f"## Ropes\n\n{body}") == []


def test_a_step_covers_the_parts_of_its_section() -> None:
    page = f"## Tie it\n\n{COMMAND}\n### Tighter\n\n{COMMAND}\n#### Still\n\n{COMMAND}"
    assert found(page, "#tie-it", "#done") == []
    assert [one.place.line for one in found(page, "#tighter", "#done")] == [3]


def test_a_step_that_sees_the_page_covers_all_of_it() -> None:
    assert found(f"## Tie it\n\n{COMMAND}", "", "#done") == []


def test_a_step_whose_anchor_is_misspelt_still_covers_what_was_meant() -> None:
    """One mistake is told once, by the other rule."""
    assert found(f"## Tie the rope\n\n{COMMAND}", "#tie-teh-rope", "#done") == []


def test_what_a_variant_leaves_out_is_left_out_on_purpose() -> None:
    files = {"newer/lab.toml": 'base = "lab"\nleave_out = ["1"]\n'}
    page = f"## Tie it\n\n{COMMAND}"
    assert found(page, "#tie-it", "#done", files=files, labs=["newer"]) == []


def test_two_labs_of_a_page_cover_it_together() -> None:
    files = {"other/lab.toml": HEAD + steps("#tie-it")}
    assert found(f"## Tie it\n\n{COMMAND}", files=files, labs=["lab", "other"]) == []
    (one,) = found(f"## Cut it\n\n{COMMAND}\n## Tie it\n\n{COMMAND}", files=files, labs=["lab", "other"])
    assert one.message.startswith("No step of the lab lab, other judges")


def test_pages_without_a_lab_are_left_alone() -> None:
    assert found("", files={"docs/other.md": f"# Other\n\n## Tie it\n\n{COMMAND}"}) == []


def test_a_long_page_takes_time_in_proportion_to_its_length() -> None:
    few = 500
    courses = {}
    for count in (few, TIMES * few):
        page = "".join(f"## Tie {number}\n\n- Pull {number}.\n- Push it.\n\n" for number in range(count))
        courses[count] = course_with(page, HEAD + steps("#tie-0"))
        assert len(courses[count].pages["docs/knots.md"].headings) == count

    def find(count: int) -> None:
        assert len(list(uncovered_section(courses[count]))) == count - 1

    in_proportion(find, few)
