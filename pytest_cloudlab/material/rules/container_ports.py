"""Ports of containers against what their images serve."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.languages.language import language_of
from pytest_cloudlab.material.names.constant import constants_of, expanded
from pytest_cloudlab.material.names.container_naming import bare
from pytest_cloudlab.material.names.port import port_of_image
from pytest_cloudlab.material.names.port_use import ports_of
from pytest_cloudlab.material.names.recipe import Recipe, recipe_of
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.options import docker
from pytest_cloudlab.material.shell.typed import Typed, typed_on


@rule("container-port", severity=Severity.ERROR, scope="page")
def container_port(page: Page, course: Course) -> Iterator[Found]:
    """A container's port is not the one that its image serves.

    Looks at the second number of `-p 8080:80`, against the `EXPOSE` and the command of the one Dockerfile
    that the image is built from, on the page or in the companion, and against the port of a well-known
    image; and at a Dockerfile on the page whose `EXPOSE` is not the port of the command that it starts.
    Left alone: images that get a configuration, a variable or a command of their own.
    """
    recipes: list[Recipe] = []
    for block in page.blocks:
        if language_of(block) != "dockerfile":
            continue
        recipe = recipe_of(block.code)
        if recipe.exposed or recipe.listens:
            recipes.append(recipe)
        if recipe.exposed and recipe.listens and recipe.exposed != recipe.listens:
            column = block.code.split("\n")[recipe.exposed_line - 1].find(recipe.exposed) + 1
            yield Found(
                block.at(recipe.exposed_line, column, len(recipe.exposed)),
                f"The Dockerfile exposes port {recipe.exposed}; `{recipe.program}`, which it starts on line"
                f" {block.line + recipe.listens_line - 1}, listens on {recipe.listens}.",
                f"Expose port {recipe.listens}, or start it on port {recipe.exposed}.",
            )
    recipe_ports = {
        port for each in recipes or _of_companions(course) for port in (each.exposed, each.listens) if port
    }
    constants = constants_of(page)
    built = {bare(expanded(name, constants))[0] for name in _built(page)}
    for mapping, typed in ports_of(page).mappings:
        if mapping.kind != "container" or not mapping.far.isdigit():
            continue
        found = docker(typed.command)
        if not found or len(found[1].positional) != 1 or _configured(typed):
            continue
        image = bare(expanded(found[1].positional[0].text, constants))[0]
        expected = recipe_ports if image in built else {port_of_image(image)} - {""}
        if len(expected) != 1 or mapping.far in expected or (image in built and len(recipes) > 1):
            continue
        (port,) = expected
        yield Found(
            mapping.place,
            f"Port {mapping.far} of the container is published; the image serves port {port}.",
            f"Write `{mapping.near}:{port}`.",
        )


def _built(page: Page) -> Iterator[str]:
    for typed in typed_on(page):
        found = docker(typed.command)
        if found and found[0] == "build":
            yield from (word.text for word in found[1].all("-t", "--tag"))


def _of_companions(course: Course) -> list[Recipe]:
    """Of the one Dockerfile that there is."""
    texts = [
        text
        for companion in course.companions
        for path in sorted(companion.files)
        if path.rsplit("/", 1)[-1].lower().startswith("dockerfile") and (text := companion.text(path))
    ]
    return [recipe_of(texts[0])] if len(texts) == 1 else []


def _configured(typed: Typed) -> bool:
    """Whether the container is told things that may change its port."""
    found = docker(typed.command)
    given = found[1] if found else None
    if given is None:
        return True
    variables = [word.text for word in given.all("-e", "--env", "--env-file")]
    mounts = list(given.all("-v", "--volume", "--mount", "--entrypoint"))
    return bool(mounts) or any("PORT" in text or "." in text for text in variables)
