"""Whether ESR's own data have shown what was sent, in a sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping

_PROOF: Mapping[str, str] = {
    "waiting": "It was not sent yet.",
    "held": "It was not sent: it is held back.",
    "withdrawn": "It was withdrawn and is in no file.",
    "frozen": "It is in a file that was not sent yet.",
    "unknown": "Nobody can tell whether ESR has the file that carries it.",
    "rejected": "ESR refused it, so nothing can land.",
    "landed": "ESR's own data show it as it was sent.",
    "differs": "ESR's own data show it, but not as it was sent.",
    "missing": "ESR's own data do not show it, though they should by now.",
    "not_checkable": "ESR's files for this trust do not show such records, so it cannot be checked.",
}
_AWAITED = "ESR's own data have not shown it yet."


def proof_of(state: str, reason: str | None = None) -> str:
    """The sentence for an instruction in this state; where ESR's data say otherwise, `reason` has both values."""
    sentence = _PROOF.get(state, _AWAITED)
    return f"{sentence} {reason}" if reason and state in {"differs", "missing", "not_checkable"} else sentence
