from typing import Literal

DecisionRowAnswerOutcome = Literal["refused", "taken", "taken_before"]

DECISION_ROW_ANSWER_OUTCOME_VALUES: set[DecisionRowAnswerOutcome] = {
    "refused",
    "taken",
    "taken_before",
}


def check_decision_row_answer_outcome(value: str) -> DecisionRowAnswerOutcome:
    if value in DECISION_ROW_ANSWER_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DECISION_ROW_ANSWER_OUTCOME_VALUES!r}")
