"""What can go wrong, sorted by whose fault it may be.

The line that matters runs between `NotFound` (we looked, it is not there: the check fails) and
`CouldNotLook` (we do not know: the check is inconclusive and costs nobody a point).
"""


class CloudlabError(Exception):
    """Says what was found and what was expected; `remedy` says what to do about it.

    Neither may hold a secret: both travel into journals and reports.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(CloudlabError):
    """A file, an option or an installation is not as it has to be: exit code 2, nothing was judged."""


class NotFound(CloudlabError):
    """The place was asked, answered, and does not have the thing: a check that needs it has failed."""


class CouldNotLook(CloudlabError):
    """No answer, or none that can be trusted: a check that meets this is inconclusive, never failed."""


class Unreachable(CouldNotLook):
    """A control plane did not answer: DNS, refused, 429, 5xx, or an answer that is not the API's."""


class Forbidden(CouldNotLook):
    """The control plane answered that these credentials may not look."""


class TargetLost(CouldNotLook):
    """The connection to a machine could not be opened, or ended while it was needed."""


class TimedOut(CouldNotLook):
    """A command or a call took longer than its limit; what it started there was killed."""


class TooMuch(CouldNotLook):
    """More came than the cap allows; reading stopped there."""
