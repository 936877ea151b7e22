from typing import Literal

CohortRowOutcome = Literal["done", "failed", "kept", "skipped", "undone", "waiting"]

COHORT_ROW_OUTCOME_VALUES: set[CohortRowOutcome] = {
    "done",
    "failed",
    "kept",
    "skipped",
    "undone",
    "waiting",
}


def check_cohort_row_outcome(value: str) -> CohortRowOutcome:
    if value in COHORT_ROW_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_OUTCOME_VALUES!r}")
