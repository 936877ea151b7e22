"""What SARD's answers mean: JSON:API resources into plain values. Pure; source: SARD's public API description of 2020.

Every value is doubted: figures may be texts, dates may be missing, lists may be null. What a field cannot be read as is
kept as raw text; a record without an id or an owner is a fault of its own. That the PAs of a timetable line are per week,
averaged, is assumed: the description does not say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from esrlink.contracts import ProgrammedActivities
from jobplan_adapter.plans.plan import OTHER, OnCall, Plan, Session, SignOff, said_as
from jobplan_adapter.plans.reading import (
    MOST_PAS,
    MOST_WEEKS,
    Reading,
    as_written,
    read_date,
    read_figure,
    read_percent,
    storable,
)
from jobplan_adapter.providers.port import UNNAMED, Fault, ProviderRefused, ProviderUnavailable, ProviderUser

_CATEGORIES = (
    ("contracted_dcc", "DCC"),
    ("contracted_spa", "SPA"),
    ("contracted_other", OTHER),
    ("contract_apas", "APA"),
)

_BUSY, _BROKEN = "is asked more often than it allows", "has a fault of its own"
_WAIT = (
    "It is asked again at the next poll; if it stays so, tell SARD's support.",
    "It is asked again later; if it stays so, lower the provider's requests per second or poll it less often.",
)
_ASK = "Check the provider's address, and ask SARD's support what this means."
_REFUSALS = {
    400: "SARD cannot read our request (400). Check the provider's address.",
    401: "SARD does not know the account or its token (401). Check the e-mail address and the token file.",
    403: "SARD's account may not read job plans (403). Ask SARD to let this account read users and online job plans.",
    404: "SARD has nothing at this address (404). Check the provider's address: it ends before /api/v1.",
    415: "SARD does not take our media type (415). Ask SARD whether its API still is the JSON:API of /api/v1.",
    422: "SARD does not take our query (422). Set a smaller page size for the provider, or ask SARD what it allows.",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `last` and `total` (records of the whole list) are none when the provider does not say."""

    resources: Sequence[Any]
    last: bool | None
    total: int | None = None


def read_page(body: bytes) -> Page:
    """The page in an answer with status 200.

    Raises `ProviderUnavailable` for text that breaks off or is no JSON (a cut connection, a proxy's page) and for an
    error that SARD may get over; `ProviderRefused` for JSON of another shape and for any other error in it.
    """
    try:
        document = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise ProviderUnavailable("SARD's answer breaks off or is not JSON.") from None
    if isinstance(document, dict) and document.get("errors"):
        raise refusal(_status_inside(document["errors"]), where="inside an answer with status 200")
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise ProviderRefused("SARD's answer is not a JSON:API list. Check the provider's address.")
    links = document.get("links")
    last = not links.get("next") if isinstance(links, dict) and "next" in links else None
    return Page(document["data"], last, _total(document.get("meta")))


def refusal(status: int, *, retry_after: float | None = None, where: str = "") -> ProviderUnavailable | ProviderRefused:
    """The error that stands for an HTTP status of SARD's, in words that say to an administrator what to do."""
    if status in {408, 429} or status >= 500:
        told = f"SARD {_BUSY if status == 429 else _BROKEN} ({status})"
        return ProviderUnavailable(
            f"{told}{' ' + where if where else ''}. {_WAIT[status == 429]}", retry_after=retry_after
        )
    return ProviderRefused(_REFUSALS.get(status, f"SARD refuses with status {status}. {_ASK}"))


def read_user(resource: Any, *, identity_field: str) -> ProviderUser | Fault:
    """A user from a JSON:API resource."""
    user_id, attributes = _opened(resource)
    if user_id is None or attributes is None:
        return Fault(user_id or UNNAMED, "a user without id or attributes", "user")
    return ProviderUser(
        user_id,
        attributes.get(identity_field),
        dormant=attributes.get("dormant") is True,
        dummy=attributes.get("dummy_account") is True,
        email=_text(attributes.get("email")),
        given_name=_text(attributes.get("first_name")),
        family_name=_text(attributes.get("last_name")),
    )


def read_plan(resource: Any) -> Plan | Fault:
    """A plan from a JSON:API resource."""
    plan_id, attributes = _opened(resource)
    if plan_id is None or attributes is None:
        return Fault(plan_id or UNNAMED, "a job plan without id or attributes")
    owner = _text(attributes.get("owner_id"))
    state = _text(attributes.get("state"))
    if owner is None or state is None:
        return Fault(plan_id, "a job plan without owner or state")
    return Plan(
        plan_id=plan_id,
        owner_id=owner,
        provider_state=state,
        effective_from=_date(attributes.get("effective_date")),
        completed_on=_date(attributes.get("completion_date")),
        sign_offs=_sign_offs(attributes),
        contract_type=_text(attributes.get("contract_type")),
        core_pas=_pas(attributes.get("contract_core_pas")),
        activities=tuple(
            ProgrammedActivities(category=category, pas=read.value, raw=read.raw)
            for name, category in _CATEGORIES
            if (read := _pas(attributes.get(name))) != Reading()
        ),
        working_weeks=read_figure(attributes.get("working_weeks"), most=MOST_WEEKS),
        on_call=OnCall(
            on_call=attributes.get("on_call") is True,
            category=_text(attributes.get("on_call_category")),
            supplement=read_percent(attributes.get("on_call_supplement")),
        ),
        timetable=_sessions(attributes.get("job_contents")),
        spa_activities=_sessions(attributes.get("spa_activities")),
        specialty=_text(attributes.get("speciality")),
        directorate=_text(attributes.get("directorate")),
        unread=_unread(attributes),
    )


def _total(meta: Any) -> int | None:
    total = meta.get("total_count") if isinstance(meta, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def _status_inside(errors: Any) -> int:
    first = errors[0] if isinstance(errors, list) and errors else {}
    status = _text(first.get("status")) if isinstance(first, dict) else None
    return int(status) if status and status.isdecimal() and len(status) == 3 else 400


def _opened(resource: Any) -> tuple[str | None, Mapping[str, Any] | None]:
    if not isinstance(resource, dict):
        return None, None
    attributes = resource.get("attributes")
    return _text(resource.get("id")), attributes if isinstance(attributes, dict) else None


def _sign_offs(attributes: Mapping[str, Any]) -> tuple[SignOff, ...]:
    owner = SignOff(
        role="Consultant",
        signed=attributes.get("consultant_sign_off") is True,
        signed_on=_date(attributes.get("consultant_sign_off_date")),
    )
    others = [
        SignOff(
            role=_text(one.get("role")) or "Signatory",
            signed=one.get("signed_off") is True,
            signed_on=_date(one.get("date")),
        )
        for one in _dicts(attributes.get("job_plan_signatories"))
    ]
    return (owner, *others)


def _sessions(value: Any) -> tuple[Session, ...]:
    if value is None:
        return ()
    return tuple(_session(one) for one in value) if isinstance(value, list) else (Session(raw=as_written(value)),)


def _session(one: Any) -> Session:
    if not isinstance(one, dict):
        return Session(raw=as_written(one))
    return Session(
        **said_as(*(_text(one.get(name)) for name in ("day", "start_time", "end_time", "frequency"))),
        activity=_text(one.get("activity")),
        category=_text(one.get("category")),
        pas=_pas(one.get("pas")),
        location=_text(one.get("location")),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _unread(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """What is stated, and was read as nothing: a date in words, a specialty that is a list."""
    dates = [(name, _date(attributes.get(name))) for name in ("effective_date", "completion_date")]
    texts = [(name, _text(attributes.get(name))) for name in ("speciality", "directorate", "contract_type")]
    stated = [(name, attributes.get(name)) for name, read in (*dates, *texts) if read is None]
    return tuple(f"{name}: {as_written(value)}" for name, value in stated if value not in (None, ""))


def _pas(value: Any) -> Reading:
    return read_figure(value, most=MOST_PAS)


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return storable(str(value)).strip()[:500] or None


def _date(value: Any) -> date | None:
    return read_date(value) if isinstance(value, str) else None
