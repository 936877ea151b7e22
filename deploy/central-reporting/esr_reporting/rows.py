"""Each event as one row of one table. What a report does not need stays out: names, e-mail, notes, who covered whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from esr_reporting import catalogue
from esr_reporting.tables import SOURCE, Table
from esrlink.contracts import (
    Event,
    JobplanUpdated,
    ProfileImported,
    ProfileLinked,
    ProfileReviewNeeded,
    ProfileUnlinked,
    RecordSettled,
    RunSent,
    SubmittalApproved,
    SubmittalSubmitted,
    SubmittalWithdrawn,
)

Values = dict[str, Any]

_LARGEST = Decimal(10) ** 12
_DECIMALS = 6


class Unfit(Exception):
    """A value of the event does not fit the column. The text names the column only, never the value."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, as plain JSON."""

    table: Table
    values: Values


def row_of(event: Event, event_id: UUID) -> Row | None:
    """The row that an event makes; none when reports do not need this event. Raises `Unfit`."""
    maker = _MAKERS.get(type(event))
    if maker is None:
        return None
    table, values = maker(event)
    values[SOURCE.name] = event_id
    return Row(table, {column.name: _plain(values[column.name], column.name) for column in table.columns})


def _picked(model: BaseModel, *without: str) -> Values:
    return {name: getattr(model, name) for name in type(model).model_fields if name not in without}


def _person(event: ProfileImported) -> tuple[Table, Values]:
    # `primary` is a word of SQL.
    rows = [_picked(one, "primary") | {"main": one.primary} for one in event.assignments]
    wanted = ("assignment_number", "effective_from", "effective_to", "status", "main", "position_title", "staff_group",
              "job_role", "grade", "fte", "organisation", "cost_centre", "location")  # fmt: skip
    assignments = [{name: row[name] for name in wanted} for row in rows]
    return catalogue.PERSON, _picked(event) | {"assignments": assignments}


def _link(event: ProfileLinked | ProfileUnlinked | ProfileReviewNeeded) -> tuple[Table, Values]:
    states = {ProfileLinked: "linked", ProfileUnlinked: "unlinked", ProfileReviewNeeded: "review_needed"}
    none: Values = {"made_by": None, "rule": None}
    values = none | _picked(event) | _picked(event.profile) | {"state": states[type(event)]}
    if not isinstance(event, ProfileLinked):
        values["employee_number"] = None
    return catalogue.LINK, values


def _submitted(event: SubmittalSubmitted) -> tuple[Table, Values]:
    return catalogue.SUBMITTED, _picked(event) | _picked(event.source.profile)


def _approved(event: SubmittalApproved) -> tuple[Table, Values]:
    said = event.absence if event.kind == "absence" else event.attendance
    if said is None:
        raise Unfit(f"a record of kind {event.kind} without its content")
    table = catalogue.ABSENCE if event.kind == "absence" else catalogue.ATTENDANCE
    place = _picked(event.source.profile) | {"record_id": event.source.record_id}
    return table, _picked(event) | place | _picked(said)


def _withdrawn(event: SubmittalWithdrawn) -> tuple[Table, Values]:
    return catalogue.WITHDRAWAL, _picked(event)


def _settled(event: RecordSettled) -> tuple[Table, Values]:
    return catalogue.OUTCOME, _picked(event) | {"run_code": event.run.code if event.run else ""}


def _run(event: RunSent) -> tuple[Table, Values]:
    files = [_picked(one, "provenance", "sha256") for one in event.files]
    totals = [_picked(one) for one in event.totals]
    return catalogue.RUN, _picked(event) | {"run_code": event.run.code, "files": files, "totals": totals}


def _job_plan(event: JobplanUpdated) -> tuple[Table, Values]:
    return catalogue.JOB_PLAN, _picked(event) | {"activities": [_picked(one, "raw") for one in event.activities]}


_MAKERS: Mapping[type[Event], Callable[[Any], tuple[Table, Values]]] = {
    ProfileImported: _person,
    ProfileLinked: _link,
    ProfileUnlinked: _link,
    ProfileReviewNeeded: _link,
    SubmittalSubmitted: _submitted,
    SubmittalApproved: _approved,
    SubmittalWithdrawn: _withdrawn,
    RecordSettled: _settled,
    RunSent: _run,
    JobplanUpdated: _job_plan,
}
TOPICS = tuple(sorted(model.TOPIC for model in _MAKERS))


def _plain(value: Any, column: str) -> Any:
    """`value` as JSON that DuckDB reads without loss."""
    if isinstance(value, Decimal):
        return _figure(value, column)
    if isinstance(value, datetime):
        try:
            return value.astimezone(UTC).isoformat()
        except OverflowError:
            raise Unfit(f"{column} lies outside the years 1 to 9999") from None
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, list):
        return [{name: _plain(inner, f"{column}.{name}") for name, inner in one.items()} for one in value]
    return value


def _figure(value: Decimal, column: str) -> str:
    exponent = value.normalize().as_tuple().exponent
    if abs(value) >= _LARGEST or not isinstance(exponent, int) or -exponent > _DECIMALS:
        raise Unfit(f"{column} is larger, or has more decimals, than a figure may have")
    return format(value, "f")
