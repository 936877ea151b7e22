"""What a person does about a record that is held back, by the code of the reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping

_SETTINGS = "An administrator puts it into the trust's settings; the record is tried again with the next run."
_DEPARTMENT = "The department takes the record back, mends it and approves it again."
_ADVICE: Mapping[str, str] = {
    "element_not_mapped": f"ESR's name of the pay element is missing. {_SETTINGS}",
    "figure_missing": f"{_DEPARTMENT} Or the element needs other inputs in the trust's settings.",
    "figure_too_large": _DEPARTMENT,
    "figure_too_fine": _DEPARTMENT,
    "too_long": f"{_DEPARTMENT} If the name comes from the trust's settings, an administrator shortens it there.",
    "outside_charset": f"{_DEPARTMENT} If the text comes from the trust's settings, an administrator changes it there.",
    "character_refused": f"{_DEPARTMENT} If the text comes from the trust's settings, an administrator changes it there.",
    "too_many_inputs": "An administrator takes inputs of the element out of the trust's settings: a row cannot carry so many.",
    "action_unknown": "How ESR takes such a record is not known. Pay or correct it in ESR by hand, and withdraw it here.",
    "no_content": _DEPARTMENT,
    "original_not_named": _DEPARTMENT,
    "original_not_sent": "Nothing, while the other record is on its way. Otherwise the department takes this one back.",
    "original_unknown": "Settle the file of the other record that is in doubt; then this one goes by itself.",
    "reversed_already": "The department takes this record back: what it reverses was reversed already.",
    "reversal_not_sent": "Nothing, while the reversal is on its way. Otherwise the department approves the reversal, too.",
    "version_sent_already": "The department sends a correction (a reversal and a replacement) in place of a new version.",
    "withdrawal_parked": "An operator settles the parked withdrawal among the dead letters; then the record goes, or is gone.",
    "held_by_person": "Release it when the question is settled, or withdraw it.",
}


def what_to_do(code: str | None) -> str:
    """The next step for a record that is held for this reason."""
    return _ADVICE.get(code or "", "Look at the reason; the record is tried again with the next run.")
