from typing import Literal

CohortAnswerState = Literal["applied", "applying", "planned", "undoing", "undone"]

COHORT_ANSWER_STATE_VALUES: set[CohortAnswerState] = {
    "applied",
    "applying",
    "planned",
    "undoing",
    "undone",
}


def check_cohort_answer_state(value: str) -> CohortAnswerState:
    if value in COHORT_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ANSWER_STATE_VALUES!r}")
