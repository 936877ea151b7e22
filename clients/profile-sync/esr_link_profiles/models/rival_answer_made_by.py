from typing import Literal

RivalAnswerMadeBy = Literal["person", "rule"]

RIVAL_ANSWER_MADE_BY_VALUES: set[RivalAnswerMadeBy] = {
    "person",
    "rule",
}


def check_rival_answer_made_by(value: str) -> RivalAnswerMadeBy:
    if value in RIVAL_ANSWER_MADE_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RIVAL_ANSWER_MADE_BY_VALUES!r}")
