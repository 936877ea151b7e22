from typing import Literal

DecisionBodyDecision = Literal["confirm", "exclude", "reject", "undo", "unlink"]

DECISION_BODY_DECISION_VALUES: set[DecisionBodyDecision] = {
    "confirm",
    "exclude",
    "reject",
    "undo",
    "unlink",
}


def check_decision_body_decision(value: str) -> DecisionBodyDecision:
    if value in DECISION_BODY_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DECISION_BODY_DECISION_VALUES!r}")
