"""The state of a plan follows from the provider's word and the signatures."""

import pytest

from esrlink.contracts import PlanState
from jobplan_adapter.plans.plan import Plan, SignOff, state_of


def plan(word: str, *signed: bool) -> Plan:
    return Plan(
        plan_id="1", owner_id="1", provider_state=word, sign_offs=tuple(SignOff(role="R", signed=one) for one in signed)
    )


@pytest.mark.parametrize(
    ("word", "signed", "state"),
    [
        ("draft", (False, False), PlanState.DRAFT),
        ("submitted", (False, False), PlanState.IN_DISCUSSION),
        ("Submitted", (True, False), PlanState.AWAITING_SIGN_OFF),
        ("completed", (True, False), PlanState.AWAITING_SIGN_OFF),
        ("completed", (True, True), PlanState.SIGNED_OFF),
        ("completed", (), PlanState.AWAITING_SIGN_OFF),
        ("awaiting sign off", (False,), PlanState.AWAITING_SIGN_OFF),
        ("archived", (True, True), PlanState.EXPIRED),
        ("a word that nobody told us", (True, True), PlanState.DRAFT),
    ],
)
def test_word_and_signatures_make_the_state(word: str, signed: tuple[bool, ...], state: PlanState) -> None:
    assert state_of(plan(word, *signed), was_signed_off=False) is state


@pytest.mark.parametrize("word", ["draft", "submitted", "completed"])
def test_a_plan_that_was_signed_off_and_is_not_now_is_under_revision(word: str) -> None:
    assert state_of(plan(word, True, False), was_signed_off=True) is PlanState.UNDER_REVISION


def test_signed_off_again_is_signed_off() -> None:
    assert state_of(plan("completed", True), was_signed_off=True) is PlanState.SIGNED_OFF
