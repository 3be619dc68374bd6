"""Where a home is, when its name, its owner and its host key say different things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_cloudlab.checks.homelab.knocking import Answer

ASK_HOME = 'Ask at home (`curl ifconfig.me`), and write the address into your roster: address = "…".'


@dataclass(frozen=True)
class Seen:
    name: str
    leads_to: tuple[str, ...]
    """What DNS says, where the member sits."""
    told: str
    """What the home itself told last, as the member says; may be empty."""
    before: tuple[str, ...]
    """Where the home was found at an earlier check, when its name led there."""
    answers: Mapping[str, Answer]
    """Who answers at each of these addresses."""
    what: str = "desktop"
    """The machine at home that was to answer."""

    @property
    def fingerprint(self) -> str:
        shown = (self.answers[each].fingerprint for each in self.leads_to if each in self.answers)
        return next((each for each in shown if each), "")


@dataclass(frozen=True)
class Whereabouts:
    at: str
    """Where the home is; empty when nobody knows."""
    message: str = ""
    """Empty when its name leads there."""
    remedy: str = ""
    unknown: bool = False
    """Whether nobody can say: nothing that was seen is the member's to put right for sure."""


def judge(seen: Seen) -> Whereabouts:
    """The host key has the last word: whoever shows the one on record is the home, wherever that is."""
    known = [address for address, answer in seen.answers.items() if answer.key == "known"]
    here = next((each for each in seen.leads_to if each in known), "")
    if here:
        return Whereabouts(here)
    leads = ", ".join(seen.leads_to) or "no address"
    if known:
        at = known[0]
        # Where the home was before, its name led there: it is the name that changed.
        if at == seen.told and at not in seen.before:
            changed, is_ = "Your provider changed your address: ", "is"
        else:
            changed, is_ = "", "still answers"
        return Whereabouts(at, f"{changed}{seen.name} leads to {leads}, and your home {is_} at {at}.")
    if not seen.leads_to:
        return Whereabouts("", f"{seen.name} leads to no address where you sit", ASK_HOME, unknown=True)
    answers = [seen.answers[each] for each in seen.leads_to if each in seen.answers]
    moved = bool(seen.before) and not set(seen.leads_to) & set(seen.before)
    return Whereabouts("", _unknown(seen, leads, answers, moved), ASK_HOME, unknown=True)


def _unknown(seen: Seen, leads: str, answers: list[Answer], moved: bool) -> str:
    """Why nobody can say where the home is."""
    another = f", another address than before ({', '.join(dict.fromkeys(seen.before))})," if moved else ""
    if any(answer.key == "other" for answer in answers):
        if moved:
            return f"{seen.name} leads to {leads}{another} where somebody else answers: another host key"
        return (
            f"{seen.name} leads to {leads}, where the host key is not the one on record, so it is not "
            f"trusted: your provider gave the address to somebody else, or your {seen.what} was made anew"
        )
    if any(answer.key == "unrecorded" for answer in answers):
        return f"the laptop has no host key of {seen.name} on record: log in once, and compare it"
    silence = next((answer.silence for answer in answers if answer.silence), "no answer")
    return (
        f"{seen.name} leads to {leads}{another or ','} where nobody answers ({silence}): your {seen.what} "
        "is off, or your provider changed your address"
    )
