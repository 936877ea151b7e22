"""Examples for the API's description: invented people, and each one fits its model (a test sees to it)."""

from __future__ import annotations

from typing import Any

TRUST: dict[str, Any] = {
    "ods_code": "ZX1",
    "name": "Alderbrook and Marsh University Hospitals",
    "departments": [
        {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics", "cost_code": "E10110"}
    ],
    "absence_types": [
        {
            "code": "Sickness",
            "esr_name": "Sickness",
            "unit": "days",
            "reasons": [{"code": "S13", "words": "Cold, cough, flu"}],
            "reason_required": True,
        },
        {"code": "Annual Leave", "esr_name": "Annual Leave", "unit": "hours"},
    ],
    "pay_elements": [
        {
            "code": "EXTRA",
            "name": "Consultant extra session",
            "unit": "sessions",
            "default_rate": "500.00",
            "grades": ["YC72"],
        }
    ],
    "cost_codes": ["E10440"],
    "retro_days": 90,
}

TRUST_ANSWER: dict[str, Any] = {
    "vpd": "277",
    "version": 3,
    "on": "2026-08-03",
    "settings": TRUST,
    "editions": {"departments": ["2000-01-01"], "pay_elements": ["2000-01-01", "2027-04-01"]},
}

ROWS: dict[str, Any] = {
    "rows": [
        {"element": "EXTRA", "grade": "YC72", "rate": "520.00"},
        {"element": "EXTRA", "grade": "YC72", "premium": True, "rate": "650.00"},
    ]
}
ROWS_AS_CSV = "element,grade,premium,rate\r\nEXTRA,YC72,,520.00\r\nEXTRA,YC72,yes,650.00\r\n"
TABLE: dict[str, Any] = {
    "vpd": "277",
    "table": "rate_cards",
    "version": 4,
    "effective_from": "2027-04-01",
    "until": None,
    **ROWS,
}
TABLES: dict[str, Any] = {
    "vpd": "277",
    "version": 4,
    "tables": [
        {
            "table": "rate_cards",
            "title": "Rate cards",
            "about": "Default rates by grade, session, premium time and bank holiday. The card that says most wins.",
            "editions": [
                {
                    "effective_from": "2027-04-01",
                    "until": None,
                    "rows": 2,
                    "revision": 1,
                    "put_by": "amara",
                    "put_at": "2026-08-03T08:00:00Z",
                }
            ],
        }
    ],
}
PREVIEW: dict[str, Any] = {
    "vpd": "277",
    "table": "rate_cards",
    "version": 4,
    "effective_from": "2027-04-01",
    "until": None,
    "replaces": False,
    "added": [],
    "changed": [{"name": "EXTRA, YC72", "differences": [{"field": "rate", "before": "520.00", "after": "540.00"}]}],
    "removed": [],
    "same": 1,
    "problems": [
        {"row": 4, "field": "rate", "text": "abc", "sentence": "Rate must be a figure, such as 500 or 500.00."}
    ],
    "waiting_records": 0,
}

ABSENCE: dict[str, Any] = {
    "kind": "absence",
    "profile_id": "p17",
    "absence": {
        "absence_type": "Sickness",
        "reason": "S13",
        "start_date": "2026-08-03",
        "end_date": "2026-08-05",
        "end_part": "morning",
    },
}
ATTENDANCE: dict[str, Any] = {
    "kind": "attendance",
    "profile_id": "p17",
    "attendance": {
        "date_worked": "2026-08-01",
        "session": "Theatre 3 morning",
        "starts": "08:00",
        "ends": "12:00",
        "covered": "p4",
    },
}

BATCH_RECORD: dict[str, Any] = {
    "product": "clwrota",
    "department": "anaesthetics",
    "record_id": "extra-77",
    **ATTENDANCE,
}

_AT = "2026-08-03T08:00:00Z"
SUBMITTAL: dict[str, Any] = {
    "submittal_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a10",
    "vpd": "277",
    "product": "clwrota",
    "department": "anaesthetics",
    "record_id": "extra-77",
    "profile_id": "p17",
    "kind": "attendance",
    "version": 1,
    "state": "pending",
    "holder": {"who": "department", "says": "The department completes it."},
    "employee_number": "20001234",
    "assignment_number": "20001234-2",
    "content": {
        **ATTENDANCE["attendance"],
        "pay_element": "EXTRA",
        "units": "1",
        "unit": "sessions",
        "rate": "500.00",
        "amount": "500.00",
        "cost_code": "E10110",
    },
    "content_hash": "7b0c5d3b1f6f6d6f0f1f9c1a8f2f7e6f5d4c3b2a190817263544536271809abc",
    "rules_version": "2026.2",
    "findings": [],
    "next_cut_off": "2026-09-01T11:00:00Z",
    "pay_name": "August 2026 pay",
    "deadline": "In the August 2026 pay if approved by 12:00 on 1 September.",
    "versions": [{"version": 1, "state": "pending"}],
    "history": [{"number": 1, "kind": "submitted", "version": 1, "by": "p17", "at": _AT}],
    "facts": [],
}
CORRECTION: dict[str, Any] = {
    "correction_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a55",
    "vpd": "277",
    "product": "clwrota",
    "department": "anaesthetics",
    "state": "proposed",
    "reason": "Two lists were worked, not one.",
    "run": "next",
    "reaches": "September 2026 pay",
    "proposed_by": "officer4",
    "proposed_at": _AT,
    "sent": {
        "submittal_id": SUBMITTAL["submittal_id"],
        "version": 1,
        "state": "landed",
        "content": SUBMITTAL["content"],
    },
    "replacement": {"content": {**SUBMITTAL["content"], "units": "2", "amount": "1000.00", "note": "Both lists."}},
    "net": {"units": "1", "amount": "500.00"},
}
_REFUSAL: dict[str, Any] = {
    "status": 409,
    "code": "already_sent",
    "detail": "The record is sent: it is in a payroll run, so it cannot be changed any more. A correction can follow.",
    "field": "state",
}
BATCH: dict[str, Any] = {
    "taken": 1,
    "refused": 1,
    "results": [{"number": 0, "submittal": SUBMITTAL}, {"number": 1, "problem": _REFUSAL}],
}
LIST: dict[str, Any] = {
    "submittals": [
        {
            **{name: SUBMITTAL[name] for name in ("submittal_id", "vpd", "product", "department", "record_id")},
            "profile_id": "p17",
            "kind": "attendance",
            "version": 1,
            "state": "returned",
            "reason": "Payroll of the trust does not take this cost code.",
            "field": "attendance.cost_code",
            "employee_number": "20001234",
            "first_day": "2026-08-01",
            "last_day": "2026-08-01",
            "updated_at": _AT,
        }
    ],
    "next_cursor": None,
}
COUNTS: dict[str, Any] = {
    "vpd": "277",
    "states": {"returned": 12, "sent": 186, "withdrawn": 2},
    "held": 0,
    "approved_versions": 188,
    "withdrawn_versions": 2,
}
_CUT_OFF = {"run": "MN2705", "pay_name": "August 2026 pay", "cut_off": "2026-09-01T11:00:00Z"}
CALENDAR: dict[str, Any] = {"vpd": "277", "next_cut_off": _CUT_OFF, "coming": [_CUT_OFF]}

CHECKS: dict[str, Any] = {
    "rules_version": "2026.2",
    "good": 0,
    "bad": 1,
    "results": [
        {
            "number": 0,
            "verdict": {
                "good": False,
                "findings": [
                    {
                        "code": "leaver",
                        "severity": "error",
                        "detail": "The person left the trust on 31 July 2026, before 1 August 2026.",
                        "field": "attendance.date_worked",
                    }
                ],
                "employee_number": "20001234",
                "content": ATTENDANCE["attendance"],
                "next_cut_off": "2026-09-01T11:00:00Z",
                "pay_name": "August 2026 pay",
            },
        }
    ],
}

CHASE: dict[str, Any] = {
    "counts": {"end_passed": 0, "certificate_ended": 1, "no_end": 0},
    "absences": [
        {
            **{
                name: SUBMITTAL[name]
                for name in ("submittal_id", "product", "department", "profile_id", "employee_number")
            },
            "record_id": "leave-1042",
            "state": "landed",
            "absence_type": "Sickness",
            "first_day": "2026-07-01",
            "days_so_far": 40,
            "covered_until": "2026-07-31",
            "lacking": "certificate_ended",
            "words": "The doctor's statement has ended, or the days that a person may certify themselves.",
        }
    ],
}
