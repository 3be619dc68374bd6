"""Texts with holes, and whether they can become the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.labs.template import agree, says_something, shown, template

IMAGE = "{registry}/app:{team}-{mascot}-1.0"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/app:${GROUP}-${ANIMAL}-1.0"),
        (IMAGE, "eu.gcr.io/$PROJECT_ID/app:$GROUP-$MASCOT-1.0"),
        (IMAGE, "$(registry)/app:<your team>-cat-1.0"),
        (IMAGE, "localhost:5000/app:{team}-{mascot}-1.0"),
        (IMAGE, "$REGION-docker.pkg.dev/${PROJECT}/${REPO}/app:[your team]-YOUR_MASCOT-1.0"),
        (IMAGE, "$REGISTRY/$IMAGE"),
        (IMAGE, "eu.gcr.io/x/app:${TAG}"),
        ("{member}-demo", "fch-demo"),
        ("app-{team}", "app-..."),
        ("open-8501", "open-8501"),
        ("*:8000", "127.0.0.1:80:8000"),
        ("projects/*/cos-stable-*", "projects/cos-cloud/global/images/cos-stable-109-17800"),
    ],
)
def test_texts_that_can_become_the_same_agree(ours: str, theirs: str) -> None:
    assert agree(template(ours), shown(theirs))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/web:${GROUP}-${ANIMAL}-1.0"),
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/app:${GROUP}-${ANIMAL}-1.1"),
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/app:${MASCOT}-${TEAM}-1.0"),
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/app:${MASCOT}-1.0"),
        (IMAGE, "eu.gcr.io/${PROJECT_ID}/app"),
        (IMAGE, "app:${GROUP}-${ANIMAL}-1.0"),
        ("{member}-demo", "-demo"),
        ("{member}-demo", "a/b-demo"),
        ("app-{team}", "app-$(a b)c d"),
        ("50GB", "500GB"),
        ("*:8000", "8000:80"),
    ],
)
def test_texts_that_cannot_become_the_same_differ(ours: str, theirs: str) -> None:
    assert not agree(template(ours), shown(theirs))


def test_variables_are_what_they_are_set_to() -> None:
    """Through one another, and no further than that ends."""
    values = {"IMAGE": "$HOST/app:$TAG", "HOST": "eu.gcr.io", "LOOP": "$LOOP"}
    assert agree(template("eu.gcr.io/app:{team}"), shown("$IMAGE", values.get))
    assert not agree(template("eu.gcr.io/web:{team}"), shown("$IMAGE", values.get))
    assert not says_something(shown("$LOOP", values.get))


@pytest.mark.parametrize("text", ["", "$A", "${A}:${B}", "<name>/{other}", "..."])
def test_holes_alone_say_nothing(text: str) -> None:
    assert not says_something(shown(text))


PIECES = st.lists(st.sampled_from(["a", "b", "-", "/", ":", "$X", "${Y}", "{team}", "<z>", "*"]), max_size=12)


@given(PIECES)
def test_a_text_agrees_with_itself_filled_in(pieces: list[str]) -> None:
    text = "".join(pieces)
    filled = "".join("q" if any(each in "$<{*" for each in piece) else piece for piece in pieces)
    assert agree(
        template(text.replace("$X", "{x}").replace("${Y}", "{y}").replace("<z>", "{z}")), shown(filled)
    )


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_any_texts_are_compared(ours: str, theirs: str) -> None:
    agree(template(ours[:100]), shown(theirs[:100]))
    shown(theirs)


def test_the_worst_texts_are_compared_soon() -> None:
    """As many holes as fit: the work is bounded by the lengths."""
    assert not agree(template("{a}" * 100 + "x"), shown("$A" * 150 + "y"))
