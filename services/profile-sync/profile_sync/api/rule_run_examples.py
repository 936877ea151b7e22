"""Examples of runs of the rules, for the API's documentation."""

from __future__ import annotations

from pydantic import JsonValue

_MOMENT = "2026-08-03T08:00:00Z"

REQUEST: dict[str, JsonValue] = {
    "dry_run": False,
    "reason": "The rules of version 2; the dry run of Monday was looked at.",
}

RUN: dict[str, JsonValue] = {
    "run_id": "01987a3e-77c0-7b3e-9d55-2f6f0c1b9a10",
    "dry_run": True,
    "registration_rule": "matched",
    "state": "done",
    "problem": None,
    "requested_by": "alderbrook-admin",
    "requested_at": _MOMENT,
    "reason": None,
    "stopped_by": None,
    "started_at": _MOMENT,
    "ended_at": _MOMENT,
    "total": 24000,
    "looked_at": 24000,
}

WHOLE: dict[str, JsonValue] = {
    **RUN,
    "changes": 212,
    "counts": [{"from_state": "possible", "to_state": "matched", "rule": "registration/2", "count": 212}],
    "samples": [
        {
            "product": "clwrota",
            "department": "anaesthetics",
            "profile_id": "ao1",
            "before": {
                "state": "possible",
                "employee_number": None,
                "rule": "registration/2",
                "reason": "registration",
            },
            "after": {
                "state": "matched",
                "employee_number": "20001001",
                "rule": "registration/2",
                "reason": "registration",
            },
        }
    ],
}

RUNS: dict[str, JsonValue] = {
    "rules": ["placeholder/2", "exact_number/2"],
    "on_older_versions": 23810,
    "older_versions": {"exact_number/1": 23810},
    "items": [RUN],
}
