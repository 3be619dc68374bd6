"""A walkthrough by the lab's page: its scripts, run by bash in each member's codespace."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import partial

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import TimedOut, UsageError
from pytest_cloudlab.redaction import plain, redact
from pytest_cloudlab.rehearsal.play import Scene
from pytest_cloudlab.rehearsal.scripts import PageFolder, Script
from pytest_cloudlab.rehearsal.stage import Stage
from pytest_cloudlab.targets import CommandFailed

SCRIPT_S = 600
TAIL_LINES = 20
TAIL_CHARACTERS = 4000
MAX_OUTPUT_BYTES = 64 * 1024 * 1024
VM_VARIABLE = "INSTANCE_NAME"

# The script arrives on stdin and is read whole before it starts: a command in it that reads its own stdin,
# as ssh does, would swallow the lines after it. Its name makes bash's own messages say where they come from.
HERE = 'script=$(cat); exec bash -euo pipefail -c "$script" %s </dev/null 2>&1'
THERE = "gcloud compute ssh %s --command=%s 2>&1"

_PARAMETER = re.compile(r"\{(\w+)\.(\w+)\}")


class PageWalkthrough:
    """Satisfies the protocol `Walkthrough` for any lab with a folder `page/`: a scene for each script."""

    def __init__(self, stage: Stage, page: PageFolder) -> None:
        self.stage = stage
        self.page = page
        for script in page.scripts:
            setattr(self, script.name, partial(self.run, script))
        self.scenes: Sequence[Scene] = self._scenes(cleanup=False)
        self.cleanup: Sequence[Scene] = self._scenes(cleanup=True)
        stage.set_up_project()
        for one in stage.assignments if page.files else ():
            self._copy(one)

    def _copy(self, one: Assignment) -> None:
        """What the page shows for copying."""
        codespace = self.stage.codespace(one)
        home = codespace.check('printf %s "$HOME"')
        for place, folder in self.page.files.items():
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                to = f"{home}{place.removeprefix('~')}/{file.relative_to(folder)}"
                codespace.write(to, file.read_bytes())

    def _scenes(self, *, cleanup: bool) -> tuple[Scene, ...]:
        return tuple(
            Scene(
                script.name,
                script.step,
                script.title,
                curtain="curtain" in script.marks,
                leader=script.role == "leader",
            )
            for script in self.page.scripts
            if ("cleanup" in script.marks) == cleanup
        )

    def run(self, script: Script, one: Assignment) -> None:
        """Run it to its end. Raises `CommandFailed` or `TimedOut` with the script's name."""
        variables = self.variables(one)
        # On the line of the title, so that bash counts the lines as an editor does.
        text = "".join(f"export {name}={shlex.quote(value)}; " for name, value in variables.items())
        text += script.text
        here = HERE.replace("%s", shlex.quote(script.name))
        command, *args = (THERE, variables[VM_VARIABLE], here) if "vm" in script.marks else (here,)
        who = f"{script.name} ({one.member.id})"
        try:
            done = self.stage.codespace(one).run(
                command, *args, stdin=text.encode(), timeout_s=SCRIPT_S, max_bytes=MAX_OUTPUT_BYTES
            )
        except TimedOut as error:
            raise TimedOut(f"{who}: it took longer than {SCRIPT_S} s and was stopped") from error
        if not done.ok:
            said = _last_lines(done.text)
            raise CommandFailed(
                f"{who}: exit status {done.exit_status}\n{said or 'It said nothing.'}",
                exit_status=done.exit_status,
                error_text=said,
            )

    def variables(self, one: Assignment) -> dict[str, str]:
        """What the page asks this member to set."""
        filled = variables(self.page, one)
        if VM_VARIABLE not in filled and any("vm" in script.marks for script in self.page.scripts):
            raise UsageError(f"a script runs on a VM, and {VM_VARIABLE} is not among the page's variables")
        return filled


def variables(page: PageFolder, one: Assignment) -> dict[str, str]:
    """What `page` asks that member to set. Raises `UsageError` for a parameter that the lab does not have."""
    return {name: _filled(name, template, one) for name, template in page.variables.items()}


def _filled(name: str, template: str, one: Assignment) -> str:
    # Free text stands alone: in the middle of a template it could end up in a name.
    alone = {
        "{name}": one.member.name,
        "{email}": one.member.email,
        "{teammates}": " ".join(mate.email for mate in one.team.teammates(one.member)),
    }
    if template in alone:
        return alone[template]

    def parameter(found: re.Match[str]) -> str:
        table = getattr(one.lab.parameters, found[1], None)
        value = getattr(table, found[2], None)
        if not isinstance(value, str | int | float):
            raise UsageError(f"variable {name}: the lab has no parameter {found[1]}.{found[2]}")
        return str(value)

    return one.fill(_PARAMETER.sub(parameter, template))


def _last_lines(output: str) -> str:
    lines = redact(plain(output[-TAIL_CHARACTERS:], TAIL_CHARACTERS, lines=True)).splitlines()
    return "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])
