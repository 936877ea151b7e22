from typing import Literal

CohortSummaryState = Literal["applied", "applying", "planned", "undoing", "undone"]

COHORT_SUMMARY_STATE_VALUES: set[CohortSummaryState] = {
    "applied",
    "applying",
    "planned",
    "undoing",
    "undone",
}


def check_cohort_summary_state(value: str) -> CohortSummaryState:
    if value in COHORT_SUMMARY_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_SUMMARY_STATE_VALUES!r}")
