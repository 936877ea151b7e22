from typing import Literal

WayBackAnswerDecision = Literal["confirm", "exclude", "reject", "undo", "unlink"]

WAY_BACK_ANSWER_DECISION_VALUES: set[WayBackAnswerDecision] = {
    "confirm",
    "exclude",
    "reject",
    "undo",
    "unlink",
}


def check_way_back_answer_decision(value: str) -> WayBackAnswerDecision:
    if value in WAY_BACK_ANSWER_DECISION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAY_BACK_ANSWER_DECISION_VALUES!r}")
