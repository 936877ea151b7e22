from typing import Literal

RivalAnswerState = Literal["excluded", "matched", "possible", "unmatched"]

RIVAL_ANSWER_STATE_VALUES: set[RivalAnswerState] = {
    "excluded",
    "matched",
    "possible",
    "unmatched",
}


def check_rival_answer_state(value: str) -> RivalAnswerState:
    if value in RIVAL_ANSWER_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RIVAL_ANSWER_STATE_VALUES!r}")
