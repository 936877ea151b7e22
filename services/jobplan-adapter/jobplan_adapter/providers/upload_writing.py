"""People and plans as rows of an uploaded file: what a provider holds can be saved, changed and uploaded again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from jobplan_adapter.plans.plan import Plan, Session
from jobplan_adapter.plans.reading import Reading
from jobplan_adapter.providers.port import ProviderUser
from jobplan_adapter.providers.upload_layout import COLUMNS, IDENTITY, LineKind

_ORDER = [one.name for one in COLUMNS]


def rows_written(users: Sequence[ProviderUser], plans: Iterable[Plan]) -> Iterator[list[str | None]]:
    """The rows below the heading: each person, then each plan with its lines."""
    for user in users:
        yield _row(LineKind.PERSON, **_person(user))
    by_id = {user.user_id: user for user in users}
    for plan in plans:
        owner = by_id.get(plan.owner_id)
        identity = owner.identity if owner else None
        for kind, cells in _lines(plan):
            yield _row(kind, plan=plan.plan_id, **cells, **({IDENTITY: identity} if kind is LineKind.PLAN else {}))


def _person(user: ProviderUser) -> dict[str, Any]:
    return {
        IDENTITY: user.identity,
        "account": user.user_id,
        "account_state": "dummy" if user.dummy else "dormant" if user.dormant else "live",
        "first_name": user.given_name,
        "last_name": user.family_name,
        "email": user.email,
    }


def _lines(plan: Plan) -> Iterator[tuple[LineKind, dict[str, Any]]]:
    yield LineKind.PLAN, _plan(plan)
    for one in plan.activities:
        yield LineKind.CATEGORY, {"category": one.category, "pas": Reading(value=one.pas, raw=one.raw)}
    for sign in plan.sign_offs:
        signed = {"signed": sign.signed, "signed_on": sign.signed_on, "signed_by": sign.by}
        yield LineKind.SIGN_OFF, {"role": sign.role, **signed}
    for session in plan.timetable:
        yield LineKind.SESSION, _session(session)
    for session in plan.spa_activities:
        yield LineKind.SPA_ACTIVITY, _session(session)
    for flexible in plan.flexible:
        yield LineKind.FLEXIBLE, flexible.model_dump() | {"pas": flexible.pas}
    for yearly in plan.annualised:
        yield LineKind.ANNUALISED, yearly.model_dump() | {"pas_a_year": yearly.pas_a_year}
    on_call = plan.on_call
    if on_call.on_call:
        cells = {"supplement": on_call.supplement, "frequency": on_call.frequency}
        yield LineKind.ON_CALL, {"on_call_category": on_call.category, **cells}


def _plan(plan: Plan) -> dict[str, Any]:
    names = ("post", "effective_from", "effective_to", "completed_on", "contract_type", "specialty", "directorate")
    figures = ("core_pas", "working_weeks", "hours_per_pa", "hours_per_premium_pa")
    cells = {name: getattr(plan, name) for name in (*names, *figures)}
    return {"account": plan.owner_id, "state": plan.provider_state, **cells}


def _session(one: Session) -> dict[str, Any]:
    names = ("starts", "ends", "activity", "category", "pas", "week_of_cycle", "premium", "location")
    cells = {name: getattr(one, name) for name in names}
    cells |= {"weekday": one.weekday.value if one.weekday else None, "every_weeks": one.every_weeks}
    if one.raw is not None:
        # What could not be read goes where it cannot be read again: an empty cell would mean every week.
        unread = [name for name in ("every_weeks", "weekday", "starts", "ends") if cells[name] is None]
        cells |= dict.fromkeys(unread[:1], one.raw)
    return cells


def _row(kind: LineKind, **cells: Any) -> list[str | None]:
    return [kind.value if name == "line" else _written(cells.get(name)) for name in _ORDER]


def _written(value: Any) -> str | None:
    if isinstance(value, Reading):
        return _written(value.value if value.value is not None else value.raw)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)
