from typing import Literal

DecisionRowDecision = Literal["confirm", "exclude", "reject", "undo", "unlink"]

DECISION_ROW_DECISION_VALUES: set[DecisionRowDecision] = {
    "confirm",
    "exclude",
    "reject",
    "undo",
    "unlink",
}


def check_decision_row_decision(value: str) -> DecisionRowDecision:
    if value in DECISION_ROW_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DECISION_ROW_DECISION_VALUES!r}")
