from typing import Literal

CohortRowAcknowledgedType0 = Literal["done", "refused"]

COHORT_ROW_ACKNOWLEDGED_TYPE_0_VALUES: set[CohortRowAcknowledgedType0] = {
    "done",
    "refused",
}


def check_cohort_row_acknowledged_type_0(value: str) -> CohortRowAcknowledgedType0:
    if value in COHORT_ROW_ACKNOWLEDGED_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COHORT_ROW_ACKNOWLEDGED_TYPE_0_VALUES!r}")
