from typing import Literal

ListCohortPeopleOutcomeType0 = Literal["done", "failed", "kept", "skipped", "undone", "waiting"]

LIST_COHORT_PEOPLE_OUTCOME_TYPE_0_VALUES: set[ListCohortPeopleOutcomeType0] = {
    "done",
    "failed",
    "kept",
    "skipped",
    "undone",
    "waiting",
}


def check_list_cohort_people_outcome_type_0(value: str) -> ListCohortPeopleOutcomeType0:
    if value in LIST_COHORT_PEOPLE_OUTCOME_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COHORT_PEOPLE_OUTCOME_TYPE_0_VALUES!r}")
