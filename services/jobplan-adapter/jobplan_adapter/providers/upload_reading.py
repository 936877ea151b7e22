"""The rows of an uploaded file become people and plans. Pure; the layout is `upload_layout`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from esrlink.contracts import ProgrammedActivities
from jobplan_adapter.plans.plan import Annualised, Flexible, OnCall, Plan, Session, SignOff, said_as
from jobplan_adapter.plans.reading import (
    MOST_HOURS_PER_PA,
    MOST_PAS,
    MOST_PAS_A_YEAR,
    MOST_WEEKS,
    Reading,
    read_figure,
    read_percent,
)
from jobplan_adapter.providers.port import UNNAMED, Fault, ProviderUser
from jobplan_adapter.providers.upload_layout import ACCOUNT_STATES, CATEGORIES, IDENTITY, STATES, LineKind
from jobplan_adapter.providers.upload_rows import BadRow, Row, RowTrouble, rows_of

T = TypeVar("T")

_TIMING = ("weekday", "starts", "ends", "every_weeks")
_MOST_WEEKS_IN_CYCLE = Decimal(52)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a file comes to. `faults` are the plans and people that were set aside, so that they stay as they were."""

    users: Sequence[ProviderUser]
    plans: Sequence[Plan]
    faults: Sequence[Fault]
    troubles: Sequence[RowTrouble]
    rows: int

    @property
    def errors(self) -> int:
        """How many rows cannot be taken."""
        return sum(one.severity == "error" for one in self.troubles)


@dataclass(slots=True)
class _Draft:
    """The lines of one plan as they are gathered."""

    head: dict[str, Any] | None = None
    identity: str | None = None
    on_call: OnCall | None = None
    activities: list[ProgrammedActivities] = field(default_factory=list)
    sign_offs: list[SignOff] = field(default_factory=list)
    timetable: list[Session] = field(default_factory=list)
    spa_activities: list[Session] = field(default_factory=list)
    flexible: list[Flexible] = field(default_factory=list)
    annualised: list[Annualised] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.users: dict[str, ProviderUser] = {}
        self.drafts: dict[str, _Draft] = {}
        self.faults: dict[tuple[str, str], Fault] = {}
        self.troubles: list[RowTrouble] = []

    def read(self, rows: Sequence[Row]) -> None:
        kinds = [(row, kind) for row in rows if (kind := self._taken(row, row.kind)) is not None]
        # The line of a plan itself comes first, wherever it stands: the others are of it.
        for row, kind in sorted(kinds, key=lambda one: one[1] not in (LineKind.PERSON, LineKind.PLAN)):
            self._taken(row, partial(self._line, row, kind))
        for row in rows:
            self.troubles += row.warnings

    def _taken(self, row: Row, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadRow as bad:
            self.troubles.append(RowTrouble(row.number, "error", bad.code, bad.column, bad.sentence))
            self._set_aside(row)
            return None

    def _set_aside(self, row: Row) -> None:
        user = row.get("account") or row.get(IDENTITY)
        if row.plan_id is not None:
            self.faults["plan", row.plan_id] = Fault(row.plan_id, "a row of it cannot be taken")
        elif user and (row.get("line") or "").casefold() == LineKind.PERSON:
            self.faults["user", user] = Fault(user, "its row cannot be taken", "user")
        else:
            self.faults["plan", UNNAMED] = Fault(UNNAMED, "a row that names no plan cannot be taken")

    def _line(self, row: Row, kind: LineKind) -> None:
        if kind is LineKind.PERSON:
            self._person(row)
        elif kind is LineKind.PLAN:
            self._plan(row)
        else:
            draft = self.drafts.get(row.plan_id or "")
            if draft is None:
                raise BadRow("no_plan", "plan", "No row of kind plan names this plan.")
            said = row.get(IDENTITY)
            if said is not None and said != draft.identity:
                raise BadRow("another_person", IDENTITY, "The plan's own row names another person.")
            _ADD[kind](draft, row)

    def _person(self, row: Row) -> str:
        identity, account = row.get(IDENTITY), row.get("account")
        if identity is None and account is None:
            raise BadRow("missing", IDENTITY, "The row needs the owner's ESR number, or your id of the account.")
        state = row.one_of("account_state", ACCOUNT_STATES) if row.get("account_state") else "live"
        user_id = account or identity or ""
        before = self.users.get(user_id)
        if before is not None and identity is not None and before.identity not in (None, identity):
            raise BadRow("another_person", IDENTITY, "Another row gives this account another ESR number.")
        self.users[user_id] = ProviderUser(
            user_id,
            identity if before is None else before.identity or identity,
            dormant=state == "dormant" or (before is not None and before.dormant),
            dummy=state == "dummy" or (before is not None and before.dummy),
            email=row.get("email") or (before.email if before else None),
            given_name=row.get("first_name") or (before.given_name if before else None),
            family_name=row.get("last_name") or (before.family_name if before else None),
        )
        return user_id

    def _plan(self, row: Row) -> None:
        plan_id = row.plan_id or ""
        if plan_id in self.drafts:
            raise BadRow("twice", "plan", "Another row of kind plan names this plan already.")
        self.drafts[plan_id] = draft = _Draft(identity=row.get(IDENTITY))
        begins, ends = row.day("effective_from"), row.day("effective_to")
        if begins and ends and ends < begins:
            raise BadRow("ends_first", "effective_to", "effective_to is before effective_from.")
        head = {
            "plan_id": plan_id,
            "owner_id": self._person(row),
            "provider_state": row.one_of("state", STATES),
            "effective_from": begins,
            "effective_to": ends,
            "completed_on": row.day("completed_on"),
            "core_pas": _figure(row, "core_pas", MOST_PAS),
            "working_weeks": _figure(row, "working_weeks", MOST_WEEKS),
            **{name: row.get(name) for name in ("post", "contract_type", "specialty", "directorate")},
        }
        hours = {name: _hours(row, name) for name in ("hours_per_pa", "hours_per_premium_pa")}
        draft.head = head | {name: value for name, value in hours.items() if value is not None}

    def plans(self) -> list[Plan]:
        """The plans of which every row could be taken."""
        good = [(plan_id, one) for plan_id, one in self.drafts.items() if ("plan", plan_id) not in self.faults]
        return [
            Plan(
                **(one.head or {}),
                on_call=one.on_call or OnCall(),
                activities=tuple(one.activities),
                sign_offs=tuple(one.sign_offs),
                timetable=tuple(one.timetable),
                spa_activities=tuple(one.spa_activities),
                flexible=tuple(one.flexible),
                annualised=tuple(one.annualised),
            )
            for _, one in good
        ]


def read_upload(table: Sequence[Sequence[str]], identity: str) -> Uploaded:
    """People and plans in a table, the heading its first row. Raises `Invalid` where it is no table of job plans."""
    rows, strange = rows_of(table, identity)
    reader = _Reader()
    reader.read(rows)
    troubles = sorted([*strange, *reader.troubles], key=lambda one: (one.row, one.severity, one.column or ""))
    return Uploaded(list(reader.users.values()), reader.plans(), list(reader.faults.values()), troubles, len(rows))


def _figure(row: Row, column: str, most: Decimal) -> Reading:
    read = read_figure(row.get(column), most=most)
    if read.raw is not None:
        row.unread(column)
    return read


def _hours(row: Row, column: str) -> Decimal | None:
    # What a PA is worth in hours weighs on every figure: it is read, or the row is not taken.
    read = read_figure(row.get(column), most=MOST_HOURS_PER_PA)
    if read.raw is not None or read.value == 0:
        raise BadRow("no_hours", column, f"{column} must be a number of hours, such as 4.")
    return read.value


def _category(row: Row) -> str | None:
    said = row.get("category")
    if said is None:
        return None
    known = next((one for one in CATEGORIES if one == said.upper().replace(" ", "")), None)
    if known is None:
        row.warn("unknown_category", "category", f"category is none of {', '.join(CATEGORIES)}; it is shown as it is.")
    return known or said


def _add_category(draft: _Draft, row: Row) -> None:
    category = row.one_of("category", CATEGORIES)
    if any(one.category == category for one in draft.activities):
        raise BadRow("twice", "category", f"The plan states {category} twice.")
    read = _figure(row, "pas", MOST_PAS)
    draft.activities.append(ProgrammedActivities(category=category, pas=read.value, raw=read.raw))


def _add_sign_off(draft: _Draft, row: Row) -> None:
    signed = row.yes("signed")
    if signed is None:
        raise BadRow("unknown_word", "signed", "signed must be yes or no.")
    by, on = row.get("signed_by"), row.day("signed_on")
    draft.sign_offs.append(SignOff(role=row.get("role") or "", signed=signed, signed_on=on, by=by))


def _session(row: Row) -> Session:
    timing = said_as(*(row.get(name) for name in _TIMING))
    unread = [timing.pop("raw")]
    for name in _TIMING:
        if row.get(name) and timing[name] is None:
            row.unread(name)
    week = read_figure(row.get("week_of_cycle"), most=_MOST_WEEKS_IN_CYCLE)
    whole = int(week.value) if week.value is not None and week.value >= 1 and week.value % 1 == 0 else None
    for name, read in (("week_of_cycle", whole), ("premium", row.yes("premium"))):
        if row.get(name) and read is None:
            row.unread(name)
            unread.append(row.get(name))
    return Session(
        **timing,
        activity=row.get("activity"),
        category=_category(row),
        pas=_figure(row, "pas", MOST_PAS),
        week_of_cycle=whole,
        premium=row.yes("premium"),
        location=row.get("location"),
        raw="; ".join(text for text in unread if text) or None,
    )


def _add_flexible(draft: _Draft, row: Row) -> None:
    pas = _figure(row, "pas", MOST_PAS)
    draft.flexible.append(Flexible(activity=row.get("activity"), category=_category(row), pas=pas))


def _add_annualised(draft: _Draft, row: Row) -> None:
    draft.annualised.append(
        Annualised(
            activity=row.get("activity"),
            category=_category(row),
            pas_a_year=_figure(row, "pas_a_year", MOST_PAS_A_YEAR),
            year_starts=row.day("year_starts"),
        )
    )


def _add_on_call(draft: _Draft, row: Row) -> None:
    if draft.on_call is not None:
        raise BadRow("twice", "line", "The plan has a row of kind on_call already.")
    supplement = read_percent(row.get("supplement"))
    if supplement.raw is not None:
        row.unread("supplement")
    category, frequency = row.get("on_call_category"), row.get("frequency")
    draft.on_call = OnCall(on_call=True, category=category, supplement=supplement, frequency=frequency)


_ADD = {
    LineKind.CATEGORY: _add_category,
    LineKind.SIGN_OFF: _add_sign_off,
    LineKind.SESSION: lambda draft, row: draft.timetable.append(_session(row)),
    LineKind.SPA_ACTIVITY: lambda draft, row: draft.spa_activities.append(_session(row)),
    LineKind.FLEXIBLE: _add_flexible,
    LineKind.ANNUALISED: _add_annualised,
    LineKind.ON_CALL: _add_on_call,
}
