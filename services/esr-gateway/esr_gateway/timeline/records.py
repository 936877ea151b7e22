"""The stories of approved records: received, scheduled or held, frozen into a run, sent, answered, and proved by ESR's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, tuple_

from esr_gateway.search import Wanted
from esr_gateway.tables import fact, instruction, landing, line, run, run_file
from esr_gateway.timeline.story import Step, Story, Tone, in_order
from esr_gateway.to_esr.record_trail import in_words
from esrlink.audit import audit_entry
from esrlink.db import ReadTx
from esrlink.web.wording import day

_TONES: Mapping[str, Tone] = {
    "accepted": "good", "landed": "good", "rejected": "bad", "missing": "bad", "unknown": "bad", "held": "warning",
    "differs": "bad",
}  # fmt: skip
_WHAT: Mapping[str, str] = {
    "scheduled": "Scheduled",
    "held": "Held back",
    "sent": "Sent",
    "accepted": "Accepted by ESR",
    "rejected": "Refused by ESR",
    "unknown": "In doubt",
    "landed": "Landed",
    "missing": "Missing",
    "differs": "Differs",
    "not_checkable": "Not checkable",
}
_SHOWN_RECORD: Mapping[str, str] = {"EL": "element entry", "AB": "absence"}
_VersionKey = tuple[str, UUID, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept about some records, by version; `actions` by the id of the record."""

    lines: Mapping[_VersionKey, Any]
    facts: Mapping[_VersionKey, Sequence[Any]]
    landings: Mapping[_VersionKey, Sequence[Any]]
    actions: Mapping[tuple[str, str], Sequence[Any]]
    pay_names: Mapping[tuple[str, str], str]


async def records_of(tx: ReadTx, vpds: Sequence[str], wanted: Wanted, most: int) -> tuple[Sequence[Any], bool]:
    """The instructions that the text names, all versions of at most `most` records, and whether there are more."""
    named = _named(wanted)
    if named is None:
        return [], False
    newest = instruction.c.received_at.desc(), instruction.c.submittal_id, instruction.c.version
    ids = (
        select(instruction.c.vpd, instruction.c.submittal_id)
        .where(instruction.c.vpd.in_(vpds), named)
        .order_by(*newest)
        .limit(most * 4)  # a record has few versions
        .subquery()
    )
    rows = await tx.all(
        select(instruction)
        .where(tuple_(instruction.c.vpd, instruction.c.submittal_id).in_(select(ids.c.vpd, ids.c.submittal_id)))
        .order_by(*newest)
    )
    kept = list(dict.fromkeys((row.vpd, row.submittal_id) for row in rows))
    shown = set(kept[:most])
    return [row for row in rows if (row.vpd, row.submittal_id) in shown], len(kept) > most


async def stories_of_records(tx: ReadTx, rows: Sequence[Any]) -> Sequence[Story]:
    """One story for each record, its versions together, the newest record first."""
    if not rows:
        return []
    known = await _known(tx, rows)
    versions: defaultdict[tuple[str, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        versions[row.vpd, row.submittal_id].append(row)
    return [_story(found, known) for found in versions.values()]


def _named(wanted: Wanted) -> ColumnElement[bool] | None:
    if wanted.meaning == "record":
        return instruction.c.submittal_id == wanted.id
    if wanted.meaning == "reference":
        return instruction.c.reference == wanted.text
    if wanted.meaning != "number":
        return None
    employee, dash, _ = wanted.text.partition("-")
    of_person: ColumnElement[bool] = instruction.c.employee_number == employee
    if not dash:
        return of_person
    return and_(of_person, instruction.c.content["assignment_number"].as_string() == wanted.text)


async def _known(tx: ReadTx, rows: Sequence[Any]) -> _Known:
    vpds = sorted({row.vpd for row in rows})
    ids = sorted({row.submittal_id for row in rows})
    lines = await tx.all(
        select(line, run.c.run_id, run.c.pay_name, run.c.frozen_at, run.c.run_code)
        .join(run_file, (run_file.c.vpd == line.c.vpd) & (run_file.c.file_name == line.c.file_name))
        .join(run, (run.c.vpd == run_file.c.vpd) & (run.c.run_id == run_file.c.run_id))
        .where(line.c.vpd.in_(vpds), line.c.submittal_id.in_(ids))
    )
    facts = await tx.all(
        select(fact)
        .where(fact.c.vpd.in_(vpds), fact.c.submittal_id.in_(ids))
        .order_by(fact.c.occurred_at, fact.c.outcome)
    )
    landings = await tx.all(select(landing).where(landing.c.vpd.in_(vpds), landing.c.submittal_id.in_(ids)))
    actions = await tx.all(
        select(audit_entry)
        .where(audit_entry.c.vpd.in_(vpds), audit_entry.c.about.in_([str(one) for one in ids]))
        .order_by(audit_entry.c.number)
    )
    by_record: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for entry in actions:
        by_record[entry.vpd, entry.about].append(entry)
    return _Known(
        lines={_key(row): row for row in lines},
        facts=_grouped(facts),
        landings=_grouped(landings),
        actions=by_record,
        pay_names={(row.vpd, row.run_code): row.pay_name for row in lines},
    )


def _key(row: Any) -> _VersionKey:
    return row.vpd, row.submittal_id, row.version


def _grouped(rows: Sequence[Any]) -> Mapping[_VersionKey, Sequence[Any]]:
    found: defaultdict[_VersionKey, list[Any]] = defaultdict(list)
    for row in rows:
        found[_key(row)].append(row)
    return found


def _story(versions: Sequence[Any], known: _Known) -> Story:
    newest = max(versions, key=lambda row: row.version)
    has_many = len(versions) > 1
    steps = [step for row in versions for step in _steps(row, known, f"Version {row.version}: " if has_many else "")]
    actions = known.actions.get((newest.vpd, str(newest.submittal_id)), ())
    steps += [Step(entry.at, "By a person", _said(entry), f"audit?about={newest.submittal_id}") for entry in actions]
    return Story(
        vpd=newest.vpd,
        kind="record",
        title=_title(newest),
        state=newest.state,
        place=_place(newest),
        steps=in_order(steps),
    )


def _place(row: Any) -> str:
    return f"records/{row.submittal_id}/{row.version}"


def _title(row: Any) -> str:
    content = row.content or {}
    if attendance := content.get("attendance"):
        worked = day(date.fromisoformat(attendance["date_worked"]))
        what = f"Attendance on {worked}, {attendance['units']} {attendance['unit']}"
    elif absence := content.get("absence"):
        first, last = absence["start_date"], absence.get("end_date")
        until = f" to {day(date.fromisoformat(last))}" if last else ", no end yet"
        what = f"Absence from {day(date.fromisoformat(first))}{until}"
    else:
        what = "A record of which only the withdrawal has come"
    if content.get("corrects"):
        what = f"{'Reversal' if content.get('reversal') else 'Replacement'}: {what}"
    return f"{what} (assignment {content['assignment_number']})" if content.get("assignment_number") else what


def _steps(row: Any, known: _Known, version: str) -> Iterator[Step]:
    content, carried = row.content or {}, known.lines.get(_key(row))
    if row.approved_at:
        words = f"{version}Approved by {content.get('approved_by', 'nobody that is known')} in the rota's department."
        yield Step(row.approved_at, "Approved", words, _place(row))
    yield Step(row.received_at, "Received", f"{version}The gateway took it in.", _place(row))
    if carried:
        words = f"{version}Frozen into {carried.pay_name}: row {carried.row_number} of {carried.file_name}."
        yield Step(carried.frozen_at, "Frozen", words, f"runs/{carried.run_id}")
    shown = {one.outcome: one for one in known.landings.get(_key(row), ())}
    for one in known.facts.get(_key(row), ()):
        words = in_words(one, known.pay_names.get((row.vpd, one.about)))
        if proof := shown.get(one.outcome):
            words += f" The proof is {_SHOWN_RECORD.get(proof.record, proof.record)} {proof.record_id}."
        if one.reason:
            words += f" {one.reason}"
        place = f"runs/{carried.run_id}" if carried and one.file_name else _place(row)
        yield Step(one.occurred_at, _WHAT.get(one.outcome, one.outcome), version + words, place, _tone(one.outcome))
    if row.state == "withdrawn":
        yield Step(None, "Withdrawn", f"{version}{row.reason or 'It was taken back.'}", _place(row), "warning")


def _tone(outcome: str) -> Tone:
    return _TONES.get(outcome, "neutral")


def _said(entry: Any) -> str:
    reason = entry.detail.get("reason")
    return f"{entry.actor}: {entry.action.replace('.', ' ').replace('_', ' ')}." + (f" {reason}" if reason else "")
