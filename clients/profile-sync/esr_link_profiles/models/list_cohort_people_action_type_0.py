from typing import Literal

ListCohortPeopleActionType0 = Literal["create", "end", "leave", "link", "reinstate"]

LIST_COHORT_PEOPLE_ACTION_TYPE_0_VALUES: set[ListCohortPeopleActionType0] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_list_cohort_people_action_type_0(value: str) -> ListCohortPeopleActionType0:
    if value in LIST_COHORT_PEOPLE_ACTION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COHORT_PEOPLE_ACTION_TYPE_0_VALUES!r}")
