"""What ESR's codes mean, in words that a rota coordinator understands: the trust's own table first, then the layout's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from esr_gateway.from_esr.confirmation_file import Answer
from esr_gateway.issues import Problem
from esr_gateway.layout import CodeWords

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says: a code as ESR wrote it, a reason for people, the field of the record to mend."""

    code: str | None
    reason: str | None
    field: str | None


def said(answer: Answer, codes: Mapping[str, CodeWords]) -> Said:
    """The answer in words. A code that nobody has put into words is shown as it is, with ESR's text."""
    code, words = answer.code.strip(), answer.text.strip()
    known = codes.get(code)
    if known is not None:
        # ESR's own words stay beside ours: they may name the value that it means.
        return Said(code, f"{known.words} ESR says: {words}" if words else known.words, known.field)
    if code:
        more = f" ESR says: {words}" if words else " It says nothing more."
        return Said(code, f"ESR gives the code {code}, which is not in the trust's table of codes.{more}", None)
    if words:
        return Said(None, f"ESR says: {words}", None)
    return Said(None, "ESR refused it and gave no reason." if answer.outcome == "rejected" else None, None)


def unknown_codes(answers: tuple[Answer, ...], codes: Mapping[str, CodeWords]) -> list[str]:
    """The codes among the answers that nobody has put into words."""
    return sorted({code[:_LONGEST] for answer in answers if (code := answer.code.strip()) and code not in codes})


def cause_of(code: str) -> str:
    """What the issue of an unknown code is about."""
    return f"code/{code}"


def not_in_table(code: str, file_id: object) -> Problem:
    """An issue: ESR uses a code that is in no table."""
    return Problem(
        cause_of(code),
        "rows",
        "warning",
        f"ESR answers with the code {code}, which nobody has put into words.",
        "Ask ESR what it means, and add it to the trust's codes with the field to mend. Until then departments see the code.",
        f"files/{file_id}",
    )
