from typing import Literal

LinkAnswerMadeBy = Literal["person", "rule"]

LINK_ANSWER_MADE_BY_VALUES: set[LinkAnswerMadeBy] = {
    "person",
    "rule",
}


def check_link_answer_made_by(value: str) -> LinkAnswerMadeBy:
    if value in LINK_ANSWER_MADE_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINK_ANSWER_MADE_BY_VALUES!r}")
