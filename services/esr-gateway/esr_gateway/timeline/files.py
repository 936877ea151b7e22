"""The stories of files: those that came from ESR, and those that were sent, with ESR's answer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from esr_gateway.search import Wanted
from esr_gateway.tables import file, resolution, run, run_file
from esr_gateway.timeline.story import Step, Story, Tone, in_order
from esrlink.audit import audit_entry
from esrlink.db import ReadTx
from esrlink.web.wording import counted

_DECIDED: Mapping[str, tuple[str, Tone]] = {
    "imported": ("Imported", "good"),
    "quarantined": ("Quarantined", "bad"),
    "held": ("Held", "bad"),
    "duplicate": ("Ignored", "neutral"),
}
_VERDICTS = {"sent": "ESR has it", "not_sent": "ESR does not have it"}


def decided(one: Any) -> Step | None:
    """What was decided of a file from ESR; nothing yet while it is open."""
    place = f"files/{one.file_id}"
    if one.state == "waiting_for_gap":
        return Step(one.received_at, "Waits", one.reason or "A file before it has not come.", place, "warning")
    if one.state not in _DECIDED:
        return None
    what, tone = _DECIDED[one.state]
    words = one.reason or "Its content is part of what was taken already."
    if one.state == "imported":
        changed = counted(one.people_changed + one.people_gone, "person", "people")
        words = f"{counted(one.rows, 'row')}, {one.rows_set_aside:,} set aside, {changed} changed."
    return Step(one.settled_at, what, words, place, tone)


async def stories_of_files(tx: ReadTx, rows: Sequence[Any]) -> Sequence[Story]:
    """One story for each file that came from ESR, with what people did about it."""
    if not rows:
        return []
    ids = {str(row.file_id) for row in rows}
    entries = await tx.all(
        select(audit_entry)
        .where(audit_entry.c.vpd.in_({row.vpd for row in rows}), audit_entry.c.about.in_(ids))
        .order_by(audit_entry.c.number)
    )
    actions: defaultdict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        actions[entry.about].append(entry)
    return [_story(row, actions[str(row.file_id)]) for row in rows]


def _story(one: Any, actions: Sequence[Any]) -> Story:
    return Story(
        vpd=one.vpd,
        kind="file",
        title=one.name,
        state=one.state,
        place=f"files/{one.file_id}",
        steps=steps_of_file(one, actions),
    )


def steps_of_file(one: Any, actions: Sequence[Any]) -> Sequence[Step]:
    """What happened to a file from ESR; `actions` are the audit entries about it."""
    place = f"files/{one.file_id}"
    steps = [Step(one.received_at, "Received", f"Fetched and archived, {one.size:,} bytes.", place)]
    if one.created_by_esr:
        steps.append(Step(one.created_by_esr, "Written by ESR", "As its header says.", place))
    if one.seen_again:
        again = f"The same file came {counted(one.seen_again, 'more time')}; nothing was done twice."
        steps.append(Step(None, "Seen again", again, place))
    steps += [_step_of(entry, place) for entry in actions]
    if not actions and one.released_by:
        steps.append(Step(None, "Released", f"{one.released_by} let it go on.", place))
    if step := decided(one):
        steps.append(step)
    return in_order(steps)


def _step_of(entry: Any, place: str) -> Step:
    what = entry.action.partition(".")[2].replace("_", " ").capitalize()
    reason = entry.detail.get("reason") or ""
    return Step(entry.at, what, f"By {entry.actor}. {reason}".rstrip(), place)


async def stories_of_files_sent(
    tx: ReadTx, vpds: Sequence[str], wanted: Wanted, most: int
) -> tuple[Sequence[Story], bool]:
    """The stories of the files that we wrote for ESR whose name or hash is like that, and whether there are more."""
    if wanted.meaning not in {"file", "hash"}:
        return [], False
    by_name = run_file.c.file_name.icontains(wanted.text, autoescape=True)
    rows = await tx.all(
        select(run_file, run.c.pay_name, run.c.frozen_at, run.c.approved_at, run.c.approved_by)
        .join(run, (run.c.vpd == run_file.c.vpd) & (run.c.run_id == run_file.c.run_id))
        .where(
            run_file.c.vpd.in_(vpds), by_name if wanted.meaning == "file" else run_file.c.sha256.startswith(wanted.text)
        )
        .order_by(run.c.frozen_at.desc(), run_file.c.file_name)
        .limit(most + 1)
    )
    if not rows:
        return [], False
    names = [row.file_name for row in rows]
    opinions: defaultdict[str, list[Any]] = defaultdict(list)
    for one in await tx.all(select(resolution).where(resolution.c.vpd.in_(vpds), resolution.c.file_name.in_(names))):
        opinions[one.file_name].append(one)
    answers = await tx.all(
        select(file.c.name, file.c.file_id, file.c.settled_at)
        .where(file.c.vpd.in_(vpds), file.c.kind == "confirmation", file.c.state == "imported")
        .where(file.c.name.in_([f"CF_{row.vpd}_{row.file_name}" for row in rows]))
    )
    by_answer = {one.name: one for one in answers}
    stories = [
        Story(
            vpd=row.vpd,
            kind="file_sent",
            title=row.file_name,
            state=row.state,
            place=f"runs/{row.run_id}",
            steps=in_order(_sent_steps(row, opinions[row.file_name], by_answer.get(f"CF_{row.vpd}_{row.file_name}"))),
        )
        for row in rows[:most]
    ]
    return stories, len(rows) > most


def _sent_steps(row: Any, opinions: Sequence[Any], answer: Any | None) -> Iterator[Step]:
    place = f"runs/{row.run_id}"
    yield Step(row.frozen_at, "Written", f"{counted(row.lines, 'line')} of {row.pay_name}, {row.size:,} bytes.", place)
    if row.approved_at:
        who = f"{row.approved_by} signed the run." if row.approved_by else "The trust sends unsigned."
        yield Step(row.approved_at, "Approved", who, place)
    if row.sent_at:
        checked = f", checked by its {row.checked_by}" if row.checked_by else ""
        yield Step(row.sent_at, "Sent", f"It is in ESR's folder{checked}.", place, "good")
    for one in opinions:
        words = f"{one.person} says: {_VERDICTS.get(one.verdict, one.verdict)}. {one.evidence}"
        yield Step(one.given_at, "Looked into", words, place)
    if row.state != "sent":
        words = row.problem or "It is not in ESR's folder yet."
        yield Step(None, row.state.capitalize(), words, place, "bad" if row.state == "unknown" else "warning")
    if answer is not None:
        tone: Tone = "bad" if row.answer == "refused" else "good"
        words = "ESR refused the whole file." if row.answer == "refused" else "ESR has read it, row by row."
        yield Step(answer.settled_at, "Answered", words, f"files/{answer.file_id}", tone)
