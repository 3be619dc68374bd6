"""The options of scripts that use click or typer are read where they are plain."""

from __future__ import annotations

import textwrap

import pytest

from pytest_cloudlab.material.companions.interface import Interface, interface_of


def read(source: str) -> Interface:
    found = interface_of(textwrap.dedent(source))
    assert found is not None
    return found


def names(interface: Interface) -> set[str]:
    return {name for option in interface.options for name in option.names}


def test_click() -> None:
    found = read("""
        import click

        @click.command()
        @click.argument("data")
        @click.argument("more", nargs=-1)
        @click.option("--epochs", "-e", default=10, help="how often")
        @click.option("--model", type=click.Choice(["cnn", "mlp"]), required=True)
        @click.option("--quiet", is_flag=True)
        @click.option("--shout/--whisper", default=False)
        @click.option("-v", "verbosity", count=True)
        @click.version_option("1.0")
        @click.pass_context
        def main(ctx, **options):
            pass

        if __name__ == "__main__":
            main()
    """)
    assert not found.open
    assert not found.abbreviates
    assert names(found) == {
        "--help", "--epochs", "-e", "--model", "--quiet", "--shout", "--whisper", "-v", "--version"
    }  # fmt: skip
    assert [each.required for each in found.positionals] == [True, False]
    model, epochs, quiet = (found.option(f"--{name}") for name in ("model", "epochs", "quiet"))
    assert model is not None
    assert epochs is not None
    assert quiet is not None
    assert (model.choices, model.required, model.folded) == (("cnn", "mlp"), True, False)
    assert (epochs.type, epochs.most) == ("int", 1)
    assert quiet.most == 0


@pytest.mark.parametrize(
    "source",
    [
        "@click.group()\ndef cli(): pass\n@cli.command()\ndef train(): pass\ncli()",
        "@click.command()\n@common_options\ndef main(): pass\nmain()",
        "@click.command()\ndef main(): pass\n@click.command()\ndef other(): pass\nmain()",
        "@click.command(context_settings={'ignore_unknown_options': True})\ndef main(): pass\nmain()",
        "@click.command(cls=Own)\ndef main(): pass\nmain()",
        "@click.command()\n@click.option(*NAMES)\ndef main(): pass\nmain()",
        "@click.command()\n@click.option('--x')\ndef main(): pass",
    ],
)
def test_click_is_open_where_it_is_not_plain(source: str) -> None:
    assert read(f"import click\n{source}").open


def test_typer_run() -> None:
    found = read("""
        import typer

        def main(
            data: str, epochs: int = 10, save_model: bool = False, lr: float = typer.Option(0.1, "--lr", "-l")
        ):
            pass

        if __name__ == "__main__":
            typer.run(main)
    """)
    assert not found.open
    assert {"--epochs", "--save-model", "--no-save-model", "--lr", "-l", "--help"} <= names(found)
    assert [(each.name, each.required) for each in found.positionals] == [("data", True)]
    epochs = found.option("--epochs")
    assert epochs
    assert (epochs.type, epochs.required, epochs.most) == ("int", False, 1)


def test_typer_with_one_command() -> None:
    found = read("""
        from enum import Enum
        from pathlib import Path
        from typing import Annotated, Optional

        import typer

        app = typer.Typer(add_completion=False)

        class Model(str, Enum):
            small = "small"
            large = "large"

        @app.command()
        def main(
            ctx: typer.Context,
            data: Annotated[Path, typer.Argument()],
            model: Annotated[Model, typer.Option("--model", "-m")] = Model.small,
            note: Optional[str] = None,
            force: Annotated[bool, typer.Option("--force")] = False,
        ):
            pass

        if __name__ == "__main__":
            app()
    """)
    assert not found.open
    assert {"--model", "-m", "--note", "--force"} <= names(found)
    assert "--no-force" not in names(found)
    model = found.option("--model")
    assert model
    assert (model.choices, model.required) == (("small", "large"), False)
    assert [each.name for each in found.positionals] == ["data"]


@pytest.mark.parametrize(
    "source",
    [
        "app = typer.Typer()\n@app.command()\ndef a(): pass\n@app.command()\ndef b(): pass\napp()",
        "app = typer.Typer()\n@app.callback()\ndef a(): pass\n@app.command()\ndef b(): pass\napp()",
        "def main(x: Own = None): pass\ntyper.run(main)",
        "def main(*x: str): pass\ntyper.run(main)",
        "typer.run(lambda: None)",
    ],
)
def test_typer_is_open_where_it_is_not_plain(source: str) -> None:
    assert read(f"import typer\n{source}").open
