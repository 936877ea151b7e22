from typing import Literal

ListCohortPeopleKindType0 = Literal["joiner", "leaver", "mover", "returner"]

LIST_COHORT_PEOPLE_KIND_TYPE_0_VALUES: set[ListCohortPeopleKindType0] = {
    "joiner",
    "leaver",
    "mover",
    "returner",
}


def check_list_cohort_people_kind_type_0(value: str) -> ListCohortPeopleKindType0:
    if value in LIST_COHORT_PEOPLE_KIND_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COHORT_PEOPLE_KIND_TYPE_0_VALUES!r}")
