"""What goes wrong while the codespace is explored."""

from __future__ import annotations

from typing import ClassVar

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.codespaces.explore_scenes import (
    ATTIC,
    DEVCONTAINER,
    EXTENSIONS,
    HELLO,
    PATH,
    SCRAPS,
    UPLOADED,
)
from pytest_cloudlab.checks.codespaces.sabotages.sabotage import Sabotage, checks


class LookedAround(Sabotage):
    """Something is not as agreed."""

    spoils = "look_around"
    trouble: ClassVar[str]
    """A line of shell, in the workspace."""

    def look_around(self, one: Assignment) -> None:
        super().look_around(one)
        self.codespace(one).check(f"cd %s && {self.trouble.replace('%', '%%')}", self.workspace(one))


def stub(command: str, says: str) -> str:
    return f"printf '#!/bin/sh\\necho {says}\\n' > {PATH}/{command} && chmod +x {PATH}/{command}"


class FewerCores(LookedAround):
    """It has one core only."""

    red = checks("codespace_has_the_agreed_size")
    trouble = stub("nproc", "1")


class LittleMemory(LookedAround):
    """It has 4 GB."""

    red = checks("codespace_has_the_agreed_size")
    trouble = "echo 'MemTotal:  4028440 kB' > /root/meminfo && mount --bind /root/meminfo /proc/meminfo"


class NoLinux(LookedAround):
    """It is a Mac on somebody's desk."""

    red = checks("codespace_is_linux_with_python")
    trouble = stub("uname", "Darwin")


class OldPython(LookedAround):
    """Its Python is that of some years ago."""

    red = checks("codespace_is_linux_with_python", "hello_world_runs")
    trouble = stub("python3", "Python 3.9.18")


class DevContainerSabotage(LookedAround):
    red = checks("codespace_is_as_its_repository_says")


class ExtensionRemoved(DevContainerSabotage):
    """An extension was uninstalled."""

    trouble = f"mkdir {ATTIC} && mv {EXTENSIONS}/ms-python.python-* {ATTIC}/"


class ExtensionAdded(DevContainerSabotage):
    """devcontainer.json names another extension, and the container was not built again."""

    trouble = f"""sed -i 's/"ms-python.python"/&, "charliermarsh.ruff"/' {DEVCONTAINER}"""


class FeatureAdded(DevContainerSabotage):
    """devcontainer.json names another feature, and the container was not built again."""

    trouble = f"""sed -i 's|"features": {{|&"ghcr.io/devcontainers/features/node:1": {{}},|' {DEVCONTAINER}"""


class DevContainerBroken(DevContainerSabotage):
    """devcontainer.json lost a bracket."""

    trouble = f"sed -i '$d' {DEVCONTAINER}"


class DevContainerTooLong(DevContainerSabotage):
    """devcontainer.json grew beyond all reason."""

    trouble = f"head -c 100000 /dev/zero | tr '\\0' '[' > {DEVCONTAINER}"


class DevContainerGone(DevContainerSabotage):
    """devcontainer.json was deleted."""

    trouble = f"rm {DEVCONTAINER}"


class UploadSabotage(Sabotage):
    spoils = "upload_file"
    red = checks("a_file_was_uploaded")


class NothingUploaded(UploadSabotage):
    """No file came from elsewhere."""

    def upload_file(self, one: Assignment) -> None:
        self.clear(one)


class EmptyFileUploaded(UploadSabotage):
    """The file that was uploaded is empty."""

    def upload_file(self, one: Assignment) -> None:
        self.clear(one)
        self.upload(one, "")


class RepositoryFileUploaded(UploadSabotage):
    """What was uploaded is the repository's own README."""

    def upload_file(self, one: Assignment) -> None:
        self.clear(one)
        readme = self.codespace(one).read(f"{self.workspace(one)}/README.md").decode()
        self.upload(one, readme, "README.md")


class OnlyMadeHere(UploadSabotage):
    """There are new files, which working there has made, and a link."""

    def upload_file(self, one: Assignment) -> None:
        self.clear(one)
        self.codespace(one).check(
            f"mkdir %s && cd %s && python3 -m venv --without-pip env && "
            "mkdir .ipynb_checkpoints node_modules && touch node_modules/index.js && "
            f"echo '{{}}' | tee Untitled.ipynb .ipynb_checkpoints/notes.txt model.pt > jupyter.log && "
            f"ln -s /etc/os-release {UPLOADED}",
            f"{self.workspace(one)}/{SCRAPS}",
            f"{self.workspace(one)}/{SCRAPS}",
            timeout_s=60,
        )


class HelloSabotage(Sabotage):
    spoils = "write_hello"
    red = checks("hello_world_runs")
    text: ClassVar[str]
    """Of the script."""

    def write_hello(self, one: Assignment) -> None:
        self.write_script(one, self.text)


class NoHello(HelloSabotage):
    """No script was written."""

    def write_hello(self, one: Assignment) -> None:
        self.codespace(one).check("cd %s && rm -f %s", self.workspace(one), HELLO)


class HelloSaysSomethingElse(HelloSabotage):
    """The script greets somebody else."""

    text = '# Hello World\nprint("Hello Word")\n'


class HelloCrashes(HelloSabotage):
    """The script says it, and then fails."""

    text = 'print("Hello World")\nprint(world)\n'


class HelloAsks(HelloSabotage):
    """The script waits for an answer that nobody gives."""

    text = 'input("Say Hello World: ")\n'


class HelloNeverEnds(HelloSabotage):
    """The script says it, and then goes on and on, whatever it is told."""

    text = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        'print("Hello World", flush=True)\ntime.sleep(3600)\n'
    )


class HelloWithoutEnd(HelloSabotage):
    """The script says it for ever."""

    text = 'while True:\n    print("Hello World")\n'


EXPLORE = (
    FewerCores,
    LittleMemory,
    NoLinux,
    OldPython,
    ExtensionRemoved,
    ExtensionAdded,
    FeatureAdded,
    DevContainerBroken,
    DevContainerTooLong,
    DevContainerGone,
    NothingUploaded,
    EmptyFileUploaded,
    RepositoryFileUploaded,
    OnlyMadeHere,
    NoHello,
    HelloSaysSomethingElse,
    HelloCrashes,
    HelloAsks,
    HelloNeverEnds,
    HelloWithoutEnd,
)
