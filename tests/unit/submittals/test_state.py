"""The state of a submittal is derived: every state, every command, every order of facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esrlink.contracts import Outcome
from submittals.records.decisions import Decision, DecisionKind, Fact
from submittals.records.state import Command, State, derive, fits, state_of_version

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
        (K.VALIDATED_IN_PART, State.ENRICHED),
        (K.ENDORSED, State.VALIDATED),
        (K.APPROVED, State.APPROVED),
        (K.RECORDED, State.APPROVED),
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


@pytest.mark.parametrize("kind", [K.VALIDATED_IN_PART, K.ENDORSED, K.RECORDED])
def test_what_is_no_approval_for_pay_is_never_with_payroll(kind: DecisionKind) -> None:
    standing = derive([*TO_APPROVAL[:3], *decided(kind)], ())
    assert not standing.with_payroll
    assert derive(TO_APPROVAL, ()).with_payroll


def test_a_validation_in_part_leaves_it_enriched_and_the_next_says_it_is_validated() -> None:
    part = [*TO_APPROVAL[:2], *decided(K.VALIDATED_IN_PART)]
    assert derive(part, ()).state is State.ENRICHED
    assert derive([*part, *decided(K.VALIDATED)], ()).state is State.VALIDATED


@pytest.mark.parametrize("voiding", [K.SUBMITTED, K.ENRICHED, K.RETURNED, K.RESUBMITTED])
def test_an_edit_voids_what_every_group_validated(voiding: DecisionKind) -> None:
    through = [Decision(3, K.VALIDATED_IN_PART, 1, "lead", AT, validation_group="Leads", through=True)]
    assert derive([*TO_APPROVAL[:2], *through], ()).groups_through == ("Leads",)
    assert derive([*TO_APPROVAL[:2], *through, *decided(voiding)], ()).groups_through == ()


def test_the_departments_approval_waits_for_the_final_one() -> None:
    standing = derive([*TO_APPROVAL[:3], *decided(K.ENDORSED)], ())
    assert (standing.state, standing.endorsed) == (State.VALIDATED, True)
    assert fits(Command.RELEASE, standing)
    assert not fits(Command.APPROVE, standing)


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
