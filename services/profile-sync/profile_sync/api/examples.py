"""Examples of answers, for the API's documentation; all people in them are invented."""

from __future__ import annotations

from pydantic import JsonValue

_MOMENT = "2026-08-03T08:00:00Z"

_LINK: dict[str, JsonValue] = {
    "link_id": "01987a3c-5b80-7c11-9a40-3f0e6d1c2b77",
    "state": "matched",
    "employee_number": "20001001",
    "made_by": "rule",
    "rule": "exact_number/2",
    "reason": "exact_number",
    "reason_text": "The ESR number is the person's, and nothing contradicts it.",
    "revision": 1,
    "changed_at": _MOMENT,
    "review_since": None,
    "candidates": [],
}

_PROFILE: dict[str, JsonValue] = {
    "vpd": "277",
    "product": "clwrota",
    "department": "anaesthetics",
    "profile_id": "ao1",
    "employee_number": "20001001",
    "registration_number": "7012345",
    "title": "Dr",
    "given_name": "Adaeze",
    "family_name": "Okafor",
    "email": "adaeze.okafor@example.nhs.uk",
    "grade": "Consultant",
    "updated_at": _MOMENT,
}

PROFILE: dict[str, JsonValue] = {
    "profile": _PROFILE,
    "link": _LINK,
    "version": 1,
}

PAGE: dict[str, JsonValue] = {"items": [PROFILE], "next": None, "changes": "WyJjaGFuZ2VzIiwgIjcxMyJd"}

DECISION: dict[str, JsonValue] = {**PROFILE, "touched": ["clwrota/anaesthetics/ao1"]}

HISTORY: dict[str, JsonValue] = {
    "items": [
        {
            "decision_id": "01987a3d-0a10-7d02-8b51-5c1f7e2d3a88",
            "decision": "reject",
            "employee_number": "20001002",
            "undoes": None,
            "reason": "Her brother.",
            "decided_by": "clwrota/coordinator.7",
            "decided_at": _MOMENT,
        }
    ]
}

BATCH: dict[str, JsonValue] = {
    "stored": 1,
    "refused": 1,
    "rows": [
        {
            "index": 0,
            "product": "clwrota",
            "department": "anaesthetics",
            "profile_id": "ao1",
            "stored": True,
            "version": 1,
            "link": _LINK,
            "problem": None,
        },
        {
            "index": 1,
            "product": "clwrota",
            "department": "surgery",
            "profile_id": "ao2",
            "stored": False,
            "version": None,
            "link": None,
            "problem": {
                "code": "not_found",
                "field": "department",
                "detail": "There is no department clwrota/surgery in this trust's settings.",
            },
        },
    ],
}

SYSTEM: dict[str, JsonValue] = {
    "services": [
        {
            "name": "profile-sync",
            "title": "Profiles",
            "version": "0.1.0",
            "address": "http://127.0.0.1:8700/profile-sync",
        }
    ],
    "caller": {
        "subject": "clwrota",
        "scopes": ["profiles:read", "profiles:write"],
        "roles": [],
        "vpds": ["277"],
        "departments": None,
    },
    "endpoints": [
        {
            "operation": "putProfile",
            "method": "PUT",
            "path": "/v1/profiles/{product}/{department}/{profile_id}",
            "summary": "Store a profile and learn whose it is",
            "scopes": ["profiles:write"],
            "allowed": True,
        }
    ],
    "change_topics": ["person.changed", "profile.linked"],
    "event_topics": ["profile.linked", "profile.unlinked"],
    "limits": {
        "batch_rows": 5000,
        "body_bytes": 8388608,
        "changes_wait_seconds": 60,
        "changes_kept_days": 30,
        "changes_waiting_requests": 20,
        "webhooks": 20,
        "webhook_tries": 16,
        "webhook_timeout_seconds": 10.0,
    },
    "formats": {
        "api": "OpenAPI 3.1 at /openapi.json, for people at /docs",
        "errors": "RFC 9457, application/problem+json",
        "events": "CloudEvents 1.0, JSON",
        "dates": "ISO 8601, YYYY-MM-DD",
        "times": "RFC 3339, in UTC",
        "webhook_signature": "ESRLink-Signature: t=SECONDS,v1=HMAC-SHA256 of t.body, in hexadecimal",
    },
}

CHANGES: dict[str, JsonValue] = {
    "items": [
        {
            "cursor": "WyJjaGFuZ2VzIiwgIjcxMyJd",
            "topic": "profile.linked",
            "vpd": "277",
            "employee_number": "20001001",
            "profile": {"product": "clwrota", "department": "anaesthetics", "profile_id": "ao1"},
            "revision": 1,
            "changed_at": _MOMENT,
            "data": {
                "link_id": "01987a3c-5b80-7c11-9a40-3f0e6d1c2b77",
                "made_by": "rule",
                "rule": "exact_number/2",
            },
        }
    ],
    "next": "WyJjaGFuZ2VzIiwgIjcxMyJd",
    "more": False,
}

_SUMMARY: dict[str, JsonValue] = {
    "vpd": "277",
    "employee_number": "20001001",
    "title": "Dr",
    "given_name": "Adaeze",
    "preferred_name": "Ada",
    "family_name": "Okafor",
    "previous_family_names": ["Bell"],
    "leaving_date": None,
    "gone": False,
}

FOUND: dict[str, JsonValue] = {"items": [{**_SUMMARY, "match": "name"}], "next": None}

_POST: dict[str, JsonValue] = {
    "assignment_number": "20001001",
    "effective_from": "2019-02-01",
    "status": "Active Assignment",
    "primary": True,
    "staff_group": "Medical and Dental",
    "job_role": "Consultant",
    "grade": "YC72",
    "fte": "1.0",
    "organisation": "Anaesthetics",
    "cost_centre": "E10110",
    "supervisor": "20001007",
}

PERSON: dict[str, JsonValue] = {
    **_SUMMARY,
    "middle_names": None,
    "email": "adaeze.okafor@example.nhs.uk",
    "hire_date": "2019-02-01",
    "staff_groups": ["Medical and Dental"],
    "job_roles": ["Consultant"],
    "registrations": [
        {"body": "General Medical Council", "number": "7012345", "expires": "2027-03-31", "expired": False}
    ],
    "revision": 4,
    "as_of": _MOMENT,
    "source_file": "GO_277_GDW_GDR_20260803_00001945.DAT",
    "on": "2026-08-03",
    "assignments": [_POST],
    "all_assignments": [_POST],
    "profiles": [{**_PROFILE, "version": 1, "link": _LINK}],
    "other_numbers": [],
}

PERSON_HISTORY: dict[str, JsonValue] = {
    "items": [
        {
            "revision": 4,
            "applied_at": _MOMENT,
            "as_of": "2026-08-03T00:00:00Z",
            "source_file": "GO_277_GDW_GOC_20260803_00001946.DAT",
            "first": False,
            "changes": [
                {"field": "family_name", "before": "Bell", "after": "Okafor"},
                {
                    "field": "fte",
                    "assignment": "20001001",
                    "effective_from": "2019-02-01",
                    "before": "0.8",
                    "after": "1.0",
                },
            ],
        }
    ],
    "next": None,
}

RULE_BOOK: dict[str, JsonValue] = {
    "rules": [
        {
            "rule": "number_contradicted/2",
            "leads_to": ["possible"],
            "text": "The ESR number is the person's, but a name or the registration number is another's.",
        }
    ],
    "prior_bits": -14.0,
    "weights": [{"part": "department", "bits": {"same": 4.4, "part": 2.3, "different": -2.6}}],
}

DUPLICATES: dict[str, JsonValue] = {
    "items": [{"shared": ["registration"], "people": [_SUMMARY, {**_SUMMARY, "employee_number": "20001002"}]}],
    "total": 1,
}

MATCHING: dict[str, JsonValue] = {
    "vpd": "277",
    "people": 2000,
    "by_state": {"matched": 52, "possible": 5, "unmatched": 1, "excluded": 2},
    "match_rate": 0.8966,
    "people_with_several_profiles": 4,
    "departments": [
        {
            "product": "clwrota",
            "department": "anaesthetics",
            "name": "Anaesthetics",
            "by_state": {"matched": 26, "possible": 2, "unmatched": 0, "excluded": 1},
            "match_rate": 0.9286,
            "oldest_review": _MOMENT,
        }
    ],
}
