from typing import Literal

DecisionEntryDecision = Literal["confirm", "exclude", "reject", "undo", "unlink"]

DECISION_ENTRY_DECISION_VALUES: set[DecisionEntryDecision] = {
    "confirm",
    "exclude",
    "reject",
    "undo",
    "unlink",
}


def check_decision_entry_decision(value: str) -> DecisionEntryDecision:
    if value in DECISION_ENTRY_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DECISION_ENTRY_DECISION_VALUES!r}")
