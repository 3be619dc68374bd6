"""Exploring the codespace: a look around, a file from the laptop, a first script."""

from __future__ import annotations

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.rehearsal import Scene
from pytest_cloudlab.rehearsal.codespace_scenes import CodespaceScenes

LOOKS = ("df -h", "cat /etc/os-release", "cat /proc/cpuinfo", "nproc", "python3 --version")
DEVCONTAINER = ".devcontainer/devcontainer.json"
EXTENSIONS = "/root/.vscode-remote/extensions"
ATTIC = "/root/attic"
"""Where a sabotage puts what it takes away; what it brings instead lies in `PATH`."""
PATH = "/usr/local/sbin"
COMMANDS = ("nproc", "python3", "uname")
"""Those that a sabotage may shadow."""
UPLOADED = "holiday.csv"
HELLO = "hello.py"
SCRAPS = "scraps"
"""A folder of what was not uploaded."""


class ExploreScenes(CodespaceScenes):
    explore_scenes: tuple[Scene, ...] = (
        Scene("look_around", "1.2", "Look around in it"),
        Scene("upload_file", "1.2", "Upload a file"),
        Scene("write_hello", "1.2", 'Write a "Hello World"'),
    )

    # What scenes share.

    def upload(self, one: Assignment, text: str, name: str = UPLOADED) -> None:
        """From the laptop, with gh."""
        laptop = self.laptop(one)
        laptop.write(f"/root/{name}", text.encode())
        far = f"remote:{self.workspace(one)}/{name}"
        laptop.check("gh codespace cp -c %s %s %s", self.name(one), f"/root/{name}", far, timeout_s=60)

    def clear(self, one: Assignment) -> None:
        """Nothing was uploaded."""
        self.codespace(one).check("cd %s && rm -rf %s %s", self.workspace(one), UPLOADED, SCRAPS)

    def write_script(self, one: Assignment, text: str) -> None:
        self.codespace(one).write(f"{self.workspace(one)}/{HELLO}", text.encode())

    # The scenes.

    def look_around(self, one: Assignment) -> None:
        codespace = self.codespace(one)
        codespace.check("git -C %s checkout --quiet HEAD -- %s", self.workspace(one), DEVCONTAINER)
        codespace.check(f"cd {PATH} && rm -f {' '.join(COMMANDS)}")
        codespace.check("while umount /proc/meminfo; do :; done 2>/dev/null")
        codespace.check(f"[ ! -d {ATTIC} ] || {{ mv {ATTIC}/* {EXTENSIONS}/ && rmdir {ATTIC}; }}")
        for look in LOOKS:
            codespace.check(look)

    def upload_file(self, one: Assignment) -> None:
        self.clear(one)
        self.upload(one, "day,place\n1,Toulouse\n")

    def write_hello(self, one: Assignment) -> None:
        self.write_script(one, 'print("Hello, World!")\n')
        self.codespace(one).check("cd %s && python3 %s", self.workspace(one), HELLO)
