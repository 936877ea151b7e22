"""The state of a submittal is derived: every state, every command, every order of facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esrlink.contracts import Outcome
from submittals.records.state import ALLOWED, Command, Decision, DecisionKind, Fact, State, derive, state_of_version

AT = datetime(2026, 8, 3, tzinfo=UTC)
K = DecisionKind


def decided(*kinds: DecisionKind, version: int = 1) -> list[Decision]:
    return [Decision(number, kind, version, "somebody", AT) for number, kind in enumerate(kinds, start=1)]


def fact(outcome: Outcome, *, version: int = 1, hour: int = 0, reason: str | None = None) -> Fact:
    return Fact(version, outcome, AT + timedelta(hours=hour), reason=reason)


TO_APPROVAL = decided(K.SUBMITTED, K.ENRICHED, K.VALIDATED, K.APPROVED)


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (K.SUBMITTED, State.PENDING),
        (K.RESUBMITTED, State.PENDING),
        (K.ENRICHED, State.ENRICHED),
        (K.VALIDATED, State.VALIDATED),
        (K.APPROVED, State.APPROVED),
        (K.RETURNED, State.RETURNED),
        (K.WITHDRAWN, State.WITHDRAWN),
    ],
)
def test_the_last_decision_says_the_state(last: DecisionKind, state: State) -> None:
    assert derive([*TO_APPROVAL, *decided(last)], ()).state is state


@pytest.mark.parametrize(
    ("outcome", "state", "sent"),
    [
        (Outcome.SCHEDULED, State.SCHEDULED, False),
        (Outcome.HELD, State.APPROVED, False),
        (Outcome.SENT, State.SENT, True),
        (Outcome.UNKNOWN, State.UNKNOWN, True),
        (Outcome.ACCEPTED, State.ACCEPTED, True),
        (Outcome.REJECTED, State.REJECTED, False),
        (Outcome.LANDED, State.LANDED, True),
        (Outcome.DIFFERS, State.LANDED, True),
        (Outcome.MISSING, State.UNKNOWN, True),
    ],
)
def test_a_fact_moves_an_approved_record_on(outcome: Outcome, state: State, sent: bool) -> None:
    standing = derive(TO_APPROVAL, [fact(outcome, reason="why")])
    assert (standing.state, standing.sent, standing.outcome, standing.reason) == (state, sent, outcome, "why")


# The whole table: which command may be given in which state. What is on its way is in no set.
TABLE: dict[State, set[Command]] = {
    State.PENDING: {Command.EDIT, Command.ENRICH, Command.RETURN, Command.WITHDRAW},
    State.ENRICHED: {Command.EDIT, Command.ENRICH, Command.VALIDATE, Command.RETURN, Command.WITHDRAW},
    State.VALIDATED: {Command.EDIT, Command.ENRICH, Command.APPROVE, Command.RETURN, Command.WITHDRAW},
    State.APPROVED: {Command.EDIT, Command.RETURN, Command.WITHDRAW},
    State.SCHEDULED: {Command.EDIT, Command.RETURN, Command.WITHDRAW},
    State.SENT: set(),
    State.ACCEPTED: set(),
    State.LANDED: set(),
    State.UNKNOWN: set(),
    State.RETURNED: {Command.EDIT, Command.WITHDRAW, Command.RESUBMIT},
    State.REJECTED: {Command.EDIT, Command.WITHDRAW, Command.RESUBMIT},
    State.WITHDRAWN: set(),
    State.SUPERSEDED: set(),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("command", list(Command))
def test_every_command_in_every_state(state: State, command: Command) -> None:
    assert (state in ALLOWED[command]) == (command in TABLE[state])


@given(
    st.permutations(
        [fact(outcome, hour=hour) for hour, outcome in enumerate(Outcome) if outcome is not Outcome.REJECTED]
    )
)
def test_the_order_of_arrival_makes_no_difference(facts: list[Fact]) -> None:
    assert derive(TO_APPROVAL, facts) == derive(TO_APPROVAL, sorted(facts, key=lambda one: one.occurred_at))


@given(st.lists(st.builds(fact, st.sampled_from(Outcome), hour=st.integers(0, 3)), min_size=1, max_size=6))
def test_a_repeated_fact_has_no_effect(facts: list[Fact]) -> None:
    assert derive(TO_APPROVAL, facts) == derive(TO_APPROVAL, [*facts, *facts])


def test_a_fact_further_along_outranks_a_later_one_that_is_not() -> None:
    assert derive(TO_APPROVAL, [fact(Outcome.LANDED, hour=1), fact(Outcome.SENT, hour=9)]).state is State.LANDED


def test_a_lost_receipt_is_cleared_by_a_later_word_that_it_was_sent() -> None:
    assert derive(TO_APPROVAL, [fact(Outcome.UNKNOWN, hour=1), fact(Outcome.SENT, hour=2)]).state is State.SENT


def test_missing_never_hides_why_it_was_rejected() -> None:
    standing = derive(TO_APPROVAL, [fact(Outcome.REJECTED, hour=1, reason="closed"), fact(Outcome.MISSING, hour=2)])
    assert (standing.state, standing.reason) == (State.REJECTED, "closed")


def test_what_was_sent_was_sent_even_if_a_withdrawal_crossed_it() -> None:
    withdrawn = [*TO_APPROVAL, *decided(K.WITHDRAWN)]
    assert derive(withdrawn, [fact(Outcome.SENT)]).state is State.SENT
    assert derive(withdrawn, [fact(Outcome.SCHEDULED)]).state is State.WITHDRAWN
    assert derive(withdrawn, [fact(Outcome.REJECTED)]).state is State.WITHDRAWN


def test_a_newer_version_does_not_hide_that_an_older_one_was_sent() -> None:
    standing = derive([*TO_APPROVAL, *decided(K.SUBMITTED, version=2)], [fact(Outcome.SENT)])
    assert (standing.state, standing.version, standing.sent) == (State.SENT, 2, True)
    assert standing.reason is not None
    assert "Version 1" in standing.reason


@pytest.mark.parametrize("outcome", [Outcome.SCHEDULED, Outcome.HELD])
def test_news_of_a_newer_version_does_not_hide_that_an_older_one_was_sent(outcome: Outcome) -> None:
    both = [*TO_APPROVAL, *decided(K.SUBMITTED, K.ENRICHED, K.VALIDATED, K.APPROVED, version=2)]
    standing = derive(both, [fact(outcome, version=2, hour=2), fact(Outcome.SENT, version=1, hour=1)])
    assert (standing.state, standing.sent) == (State.SENT, True)


def test_a_rejected_version_is_over_when_a_new_one_comes() -> None:
    standing = derive([*TO_APPROVAL, *decided(K.RESUBMITTED, version=2)], [fact(Outcome.REJECTED, reason="closed")])
    assert (standing.state, standing.version, standing.reason) == (State.PENDING, 2, None)


def test_an_older_version_that_never_left_is_superseded() -> None:
    decisions = [*TO_APPROVAL, *decided(K.SUBMITTED, version=2)]
    assert state_of_version(1, decisions, ()) is State.SUPERSEDED
    assert state_of_version(2, decisions, ()) is State.PENDING
    assert state_of_version(1, decisions, [fact(Outcome.REJECTED)]) is State.REJECTED
