"""What observations add up to: the only arithmetic there is between the journal and every report."""

from pytest_cloudlab.standing.card import STATES, Card, State, StepTally, Tally, card_of, exit_code, state_of
from pytest_cloudlab.standing.change import Change, changes
from pytest_cloudlab.standing.fold import LOOKED, standings
from pytest_cloudlab.standing.waits import check_needs_graph, judge_needs

__all__ = [
    "LOOKED",
    "STATES",
    "Card",
    "Change",
    "State",
    "StepTally",
    "Tally",
    "card_of",
    "changes",
    "check_needs_graph",
    "exit_code",
    "judge_needs",
    "standings",
    "state_of",
]
