"""Whether a line landed is said in one plain sentence, also where nobody can tell."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from esr_gateway.from_esr.proof import Sight, proof_of

REACHED = datetime(2026, 8, 9, 23, tzinfo=UTC)  # the tenth already, in London
SENT_AT = datetime(2026, 8, 5, 11, tzinfo=UTC)
ALL = Sight(sends_confirmations=True, missing_after_days=14, reached=REACHED, shows_elements=True, shows_absences=True)
NOTHING = Sight(sends_confirmations=False, missing_after_days=14, reached=REACHED)


def line(**values: Any) -> SimpleNamespace:
    given = {
        "state": "sent",
        "reason": None,
        "kind": "attendance",
        "action": "add",
        "figures": ["1"],
        "sent_at": SENT_AT,
    }
    return SimpleNamespace(**{**given, **values})


@pytest.mark.parametrize(
    ("given", "sight", "state", "says"),
    [
        ({"state": "landed"}, ALL, "landed", "as it was sent"),
        ({"state": "landed", "reason": "ESR refused it."}, ALL, "landed", "ESR refused it."),
        ({"state": "differs", "reason": "Sent: 1. ESR shows: 2."}, ALL, "differs", "ESR shows: 2."),
        ({"state": "missing", "reason": "ESR's data do not show it."}, ALL, "missing", "do not show it"),
        ({"state": "rejected"}, ALL, "waiting", "ESR refused it"),
        ({"state": "frozen"}, ALL, "waiting", "not been sent"),
        ({}, ALL, "waiting", "up to 10 August 2026 do not show it yet. If they do not by 19 August 2026"),
        ({}, Sight(True, 14, None, shows_elements=True), "waiting", "No file"),
        ({}, NOTHING, "not_checkable", "no element entries, and this trust gets no confirmations"),
        ({}, Sight(True, 14, REACHED), "not_checkable", "Only ESR's confirmation"),
        ({"state": "accepted"}, Sight(True, 14, REACHED), "not_checkable", "That ESR accepted it is all"),
        ({"figures": ["0", "0.00", "-0"]}, ALL, "not_checkable", "figures are nothing"),
        ({"kind": "absence", "figures": []}, ALL, "waiting", "do not show it yet"),
        ({"kind": "absence", "figures": []}, NOTHING, "not_checkable", "no absences with our reference"),
        ({"kind": "absence", "action": "delete"}, ALL, "not_checkable", "takes an absence away"),
    ],
)
def test_a_line_says_what_proves_it(given: dict[str, Any], sight: Sight, state: str, says: str) -> None:
    proof = proof_of(line(**given), sight)
    assert proof.state == state
    assert says in proof.sentence
    assert proof.sentence.endswith(".")
