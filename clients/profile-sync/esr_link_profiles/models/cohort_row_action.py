from typing import Literal

CohortRowAction = Literal["create", "end", "leave", "link", "reinstate"]

COHORT_ROW_ACTION_VALUES: set[CohortRowAction] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_cohort_row_action(value: str) -> CohortRowAction:
    if value in COHORT_ROW_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_ACTION_VALUES!r}")
