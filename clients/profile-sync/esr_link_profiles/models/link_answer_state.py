from typing import Literal

LinkAnswerState = Literal["excluded", "matched", "possible", "unmatched"]

LINK_ANSWER_STATE_VALUES: set[LinkAnswerState] = {
    "excluded",
    "matched",
    "possible",
    "unmatched",
}


def check_link_answer_state(value: str) -> LinkAnswerState:
    if value in LINK_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINK_ANSWER_STATE_VALUES!r}")
