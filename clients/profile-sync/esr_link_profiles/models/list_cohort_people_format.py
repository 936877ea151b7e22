from typing import Literal

ListCohortPeopleFormat = Literal["csv", "json", "xlsx"]

LIST_COHORT_PEOPLE_FORMAT_VALUES: set[ListCohortPeopleFormat] = {
    "csv",
    "json",
    "xlsx",
}


def check_list_cohort_people_format(value: str) -> ListCohortPeopleFormat:
    if value in LIST_COHORT_PEOPLE_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COHORT_PEOPLE_FORMAT_VALUES!r}")
