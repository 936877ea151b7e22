"""One invented cohort, as the operations on cohorts answer it."""

from __future__ import annotations

from typing import Any

_ID = "01987000-0000-7000-8000-000000000004"
_DEPARTMENT = {"product": "clwrota", "department": "anaesthetics"}

BODY: dict[str, Any] = {
    "name": "August 2026 changeover",
    "changeover": "2026-08-05",
    "days_before": 14,
    "days_after": 14,
    "departments": [_DEPARTMENT],
    "staff_groups": ["Medical and Dental"],
    "grades": [],
}

COHORT: dict[str, Any] = {
    "vpd": "277",
    "cohort_id": _ID,
    **BODY,
    "departments": [{**_DEPARTMENT, "organisations": ["277 Anaesthetics"]}],
    "state": "planned",
    "version": 1,
    "progress": 0.0,
    "figures": {
        "people": 3,
        "actions": {"create": 1, "link": 0, "end": 1, "reinstate": 0, "leave": 1},
        "kinds": {"joiner": 1, "mover": 0, "returner": 1, "leaver": 1},
        "outcomes": {"waiting": 3, "done": 0, "failed": 0, "skipped": 0, "undone": 0, "kept": 0},
        "changed": 0,
        "told": 0,
        "acknowledged": 0,
        "refused": 0,
    },
    "created_by": "priya.raman",
    "created_at": "2026-07-20T09:00:00Z",
    "planned_by": "priya.raman",
    "planned_at": "2026-07-20T09:00:00Z",
    "applied_by": None,
    "applied_at": None,
    "undone_by": None,
    "undone_at": None,
}

EDIT: dict[str, Any] = {"action": "link", "profile_id": "ao1", "excluded": False, "note": "Seen in the rota."}

ROW: dict[str, Any] = {
    "employee_number": "20001001",
    **_DEPARTMENT,
    "kind": "joiner",
    "title": "Dr",
    "given_name": "Adaeze",
    "preferred_name": None,
    "family_name": "Okafor",
    "email": "adaeze.okafor@example.nhs.uk",
    "grade": "MN37",
    "staff_group": "Medical and Dental",
    "job_role": "Specialty Registrar",
    "registrations": [{"body": "General Medical Council", "number": "7012345", "expires": "2027-03-31"}],
    "assignment_number": "20001001",
    "organisation": "277 Anaesthetics",
    "starts": "2026-08-05",
    "ends": "2027-02-02",
    "action": "create",
    "profile_id": "20001001",
    "proposed_action": "create",
    "proposed_profile_id": "20001001",
    "chosen_action": None,
    "chosen_profile_id": None,
    "excluded": False,
    "note": None,
    "edited_by": None,
    "edited_at": None,
    "reason": "no_profile",
    "sentence": "Joins on 5 August 2026. No profile here is theirs, and none is alike.",
    "differences": [],
    "outcome": "waiting",
    "outcome_code": None,
    "outcome_sentence": None,
    "outcome_at": None,
    "acknowledged": None,
    "acknowledged_profile_id": None,
    "acknowledged_note": None,
    "acknowledged_by": None,
    "acknowledged_at": None,
    "version": 1,
}

UPLOAD: dict[str, Any] = {
    "taken": False,
    "changes": [
        {
            "employee_number": "20001001",
            **_DEPARTMENT,
            "fields": [{"field": "note", "before": None, "after": "Seen in the rota."}],
        }
    ],
    "same": 2,
    "problems": [
        {
            "row": 4,
            "code": "invalid",
            "field": "action",
            "detail": "The action is one of create, link, end, reinstate, leave; leave it empty for what is proposed.",
        }
    ],
}

_TOLD = (
    *("employee_number", "product", "department", "kind", "title", "given_name", "preferred_name", "family_name"),
    *("email", "grade", "staff_group", "job_role", "registrations", "assignment_number", "organisation"),
    *("starts", "ends", "profile_id", "action"),
)
TASK: dict[str, Any] = {
    **{name: ROW[name] for name in _TOLD},
    "cohort_id": _ID,
    "withdrawn": False,
    "told_at": "2026-07-21T10:15:00Z",
    "acknowledged": "done",
    "acknowledged_profile_id": "ao-77",
    "acknowledged_note": None,
    "acknowledged_by": "clwrota",
    "acknowledged_at": "2026-07-21T10:20:00Z",
}

ACKNOWLEDGEMENT: dict[str, Any] = {
    "employee_number": "20001001",
    **_DEPARTMENT,
    "withdrawn": False,
    "state": "done",
    "profile_id": "ao-77",
}
