from typing import Literal

CohortRowChosenActionType0 = Literal["create", "end", "leave", "link", "reinstate"]

COHORT_ROW_CHOSEN_ACTION_TYPE_0_VALUES: set[CohortRowChosenActionType0] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_cohort_row_chosen_action_type_0(value: str) -> CohortRowChosenActionType0:
    if value in COHORT_ROW_CHOSEN_ACTION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_CHOSEN_ACTION_TYPE_0_VALUES!r}")
