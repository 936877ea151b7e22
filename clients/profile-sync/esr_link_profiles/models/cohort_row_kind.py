from typing import Literal

CohortRowKind = Literal["joiner", "leaver", "mover", "returner"]

COHORT_ROW_KIND_VALUES: set[CohortRowKind] = {
    "joiner",
    "leaver",
    "mover",
    "returner",
}


def check_cohort_row_kind(value: str) -> CohortRowKind:
    if value in COHORT_ROW_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_KIND_VALUES!r}")
