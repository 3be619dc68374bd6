"""What a command left behind: exit status and two streams of bytes."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_cloudlab.errors import CloudlabError


class CommandFailed(CloudlabError):
    """A command that had to succeed did not. Only walkthroughs and providers run such commands."""

    def __init__(self, message: str, *, exit_status: int, error_text: str) -> None:
        super().__init__(message)
        self.exit_status = exit_status
        self.error_text = error_text


@dataclass(frozen=True)
class Result:
    """One finished command.

    >>> Result(0, b"bookworm\\n", b"").text
    'bookworm'
    """

    exit_status: int
    """0 to 255; 128 + n when signal n ended it, 127 when there is no such command."""
    stdout: bytes
    stderr: bytes

    @property
    def ok(self) -> bool:
        return self.exit_status == 0

    @property
    def text(self) -> str:
        """Standard output as text, whatever bytes it holds, without the white space around it."""
        return self.stdout.decode("utf-8", "replace").strip()

    @property
    def error_text(self) -> str:
        """Standard error as text, whatever bytes it holds, without the white space around it."""
        return self.stderr.decode("utf-8", "replace").strip()

    def required(self, what: str) -> Result:
        """Itself when it succeeded; else raises `CommandFailed` with the end of standard error."""
        if self.ok:
            return self
        said = self.error_text[-1000:]
        message = f"{what}: exit status {self.exit_status}" + (
            f": {said}" if said else ", and it said nothing"
        )
        raise CommandFailed(message, exit_status=self.exit_status, error_text=said)
