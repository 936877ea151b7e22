from typing import Literal

DecisionRecordDecision = Literal["confirm", "exclude", "reject", "undo", "unlink"]

DECISION_RECORD_DECISION_VALUES: set[DecisionRecordDecision] = {
    "confirm",
    "exclude",
    "reject",
    "undo",
    "unlink",
}


def check_decision_record_decision(value: str) -> DecisionRecordDecision:
    if value in DECISION_RECORD_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DECISION_RECORD_DECISION_VALUES!r}")
