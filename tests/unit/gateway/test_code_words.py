"""A code that nobody has put into words is shown as ESR wrote it, and never as something else."""

from __future__ import annotations

from typing import Literal

import pytest

from esr_gateway.from_esr.code_words import said, unknown_codes
from esr_gateway.from_esr.confirmation_file import Answer
from esr_gateway.layout import CodeWords

CODES = {"C012": CodeWords(words="The cost code is closed.", field="attendance.cost_code")}


def answer(code: str, text: str, outcome: Literal["accepted", "rejected"] = "rejected") -> Answer:
    return Answer(2, 1, "", outcome, code, text)


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        (answer("C012", ""), "The cost code is closed.", "attendance.cost_code"),
        (answer(" C012 ", "E1"), "The cost code is closed. ESR says: E1", "attendance.cost_code"),
        (answer("Z9", "Odd"), "ESR gives the code Z9, which is not in the trust's table of codes. ESR says: Odd", None),
        (
            answer("Z9", ""),
            "ESR gives the code Z9, which is not in the trust's table of codes. It says nothing more.",
            None,
        ),
        (answer("", "Odd"), "ESR says: Odd", None),
        (answer("", " "), "ESR refused it and gave no reason.", None),
        (answer("", "Late", "accepted"), "ESR says: Late", None),
        (answer("", "", "accepted"), None, None),
    ],
)
def test_an_answer_is_said_in_words(given: Answer, reason: str | None, field: str | None) -> None:
    told = said(given, CODES)
    assert (told.reason, told.field) == (reason, field)


def test_only_codes_that_are_in_no_table_are_asked_about() -> None:
    answers = (answer("C012", ""), answer("Z9", ""), answer("Z9", "again"), answer("", ""), answer("Y" * 99, ""))
    assert unknown_codes(answers, CODES) == ["Y" * 40, "Z9"]
