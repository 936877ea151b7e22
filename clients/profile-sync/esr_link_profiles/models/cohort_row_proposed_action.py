from typing import Literal

CohortRowProposedAction = Literal["create", "end", "leave", "link", "reinstate"]

COHORT_ROW_PROPOSED_ACTION_VALUES: set[CohortRowProposedAction] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_cohort_row_proposed_action(value: str) -> CohortRowProposedAction:
    if value in COHORT_ROW_PROPOSED_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_PROPOSED_ACTION_VALUES!r}")
