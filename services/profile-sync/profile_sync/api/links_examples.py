"""Examples of what is told of links, for the API's documentation; all people in them are invented."""

from __future__ import annotations

from pydantic import JsonValue

_MOMENT = "2026-08-03T08:00:00Z"
_LINK_ID = "01987a3c-5b80-7c11-9a40-3f0e6d1c2b77"
_DECISION_ID = "01987a3d-0a10-7d02-8b51-5c1f7e2d3a88"

_DECISION: dict[str, JsonValue] = {
    "decision_id": _DECISION_ID,
    "decision": "unlink",
    "employee_number": "20001001",
    "undoes": None,
    "reason": "Two people share the number.",
    "decided_by": "clwrota/coordinator.7",
    "decided_at": _MOMENT,
}

_COMPARED: dict[str, JsonValue] = {
    "employee_number": "20001001",
    "name": "Adaeze Okafor",
    "rule": "exact_number/2",
    "score": "1.000",
    "parts": [
        {
            "name": "family_name",
            "finding": "same",
            "weight": 10.1,
            "agreement": 1.0,
            "profile": "Okafor",
            "person": ["Okafor", "Bell"],
        }
    ],
}

EXPLANATION: dict[str, JsonValue] = {
    "link": {
        "link_id": _LINK_ID,
        "state": "possible",
        "employee_number": None,
        "made_by": "rule",
        "rule": "exact_number/2",
        "reason": "unlinked_by_hand",
        "reason_text": "A person took this link away, so no rule makes it again.",
        "revision": 3,
        "changed_at": _MOMENT,
        "review_since": _MOMENT,
        "candidates": [],
    },
    "rule": {
        "made_by": "exact_number/2",
        "now": "exact_number/2",
        "is_current": True,
        "text": "The ESR number is the person's, family and given name agree, and no registration number contradicts.",
    },
    "decision": _DECISION,
    "standing": [_DECISION],
    "let_go": "20001001",
    "compared": [_COMPARED],
    "rivals": [],
    "undo": [
        {
            "decision": "undo",
            "employee_number": "20001001",
            "undoes": _DECISION_ID,
            "call": "POST /v1/links/clwrota/anaesthetics/ao1/decisions",
            "text": "Undo takes back that the link was taken away: rules may make it again.",
        }
    ],
}

HISTORY: dict[str, JsonValue] = {
    "items": [
        {
            "kind": "revision",
            "link_id": _LINK_ID,
            "revision": 1,
            "state": "matched",
            "employee_number": "20001001",
            "let_go": None,
            "rule": "exact_number/2",
            "made_by": "rule",
            "reason": "exact_number",
            "reason_text": "The ESR number is the person's, and nothing contradicts it.",
            "at": _MOMENT,
            "decision_id": None,
        },
        {"kind": "decision", **_DECISION},
        {
            "kind": "revision",
            "link_id": _LINK_ID,
            "revision": 3,
            "state": "possible",
            "employee_number": None,
            "let_go": "20001001",
            "rule": "exact_number/2",
            "made_by": "rule",
            "reason": "unlinked_by_hand",
            "reason_text": "A person took this link away, so no rule makes it again.",
            "at": _MOMENT,
            "decision_id": _DECISION_ID,
        },
    ]
}

DECISION_ROW: dict[str, JsonValue] = {
    "product": "clwrota",
    "department": "anaesthetics",
    "profile_id": "ao1",
    "decision": "confirm",
    "employee_number": "20001001",
    "reason": "Seen her badge.",
    "by": "coordinator.7",
    "revision": 1,
}

DECISIONS: dict[str, JsonValue] = {
    "vpd": "277",
    "decisions": [
        DECISION_ROW,
        {
            **DECISION_ROW,
            "profile_id": "slot9",
            "decision": "exclude",
            "employee_number": None,
            "reason": "A rota slot.",
        },
    ],
}

_BEFORE: dict[str, JsonValue] = {
    "state": "possible",
    "employee_number": None,
    "made_by": "rule",
    "rule": "similarity/2",
    "reason": "similarity",
    "reason_text": "The names are alike; there is no number to be sure by.",
    "revision": 1,
}

_PLACE: dict[str, JsonValue] = {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1"}

DECISIONS_ANSWER: dict[str, JsonValue] = {
    "taken": 1,
    "refused": 1,
    "rows": [
        {
            "index": 0,
            **_PLACE,
            "outcome": "taken",
            "before": _BEFORE,
            "after": {
                "state": "matched",
                "employee_number": "20001001",
                "made_by": "person",
                "rule": None,
                "reason": "confirmed_by_hand",
                "reason_text": "A person confirmed it.",
                "revision": 2,
            },
            "problem": None,
        },
        {
            "index": 1,
            **_PLACE,
            "profile_id": "slot9",
            "outcome": "refused",
            "before": None,
            "after": None,
            "problem": {
                "code": "stale_version",
                "field": "revision",
                "detail": "You looked at revision 1; the link is at revision 2. Look again.",
            },
        },
    ],
    "touched": [],
}
