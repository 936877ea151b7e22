"""One block of a run: some hundred profiles judged anew, tried out or taken into effect, and what changes noted.

A dry run notes what would change and lays it over what is stored, so that a profile of a later block meets its rivals as
they would be, and the counts are those of the real run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import WriteTx
from esrlink.db.rowset import insert_rows
from esrlink.ids import NewId
from profile_sync.links.evaluating import changes_of, is_told, profiles_touched_by, take_effect
from profile_sync.links.locks import hold_trust
from profile_sync.links.rows import Stored, Subject, as_rows, load_links, load_subjects
from profile_sync.links.weighing import claims_of, judge_all, settle_against, settle_all
from profile_sync.rule_runs.asking import RuleRun
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import RuleSettings, Verdict
from profile_sync.tables import rule_run_change

_CHANGE = [c.name for c in rule_run_change.columns]
_KEY = ["vpd", "run_id", "product", "department", "profile_id"]


def _note() -> Any:
    """Notes changes; of a link that changes twice in a run what it was first stands."""
    statement = insert_rows(rule_run_change, _CHANGE)
    later = {name: statement.excluded[name] for name in _CHANGE if name.startswith("to_") or name == "claim"}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=later)


_NOTE = _note()

_NOTED = text(
    """
    SELECT c.* FROM rule_run_change c WHERE c.vpd = :vpd AND c.run_id = :run AND c.claim = ANY(:claims)
     UNION
    SELECT c.* FROM jsonb_to_recordset(:places) AS g(product text, department text, profile_id text)
     CROSS JOIN LATERAL (SELECT * FROM rule_run_change
                          WHERE vpd = :vpd AND run_id = :run
                            AND (product, department, profile_id) = (g.product, g.department, g.profile_id) OFFSET 0) AS c
    """
).bindparams(bindparam("places", type_=JSONB), bindparam("claims", type_=ARRAY(Text)))


async def apply_block(
    tx: WriteTx, run: RuleRun, places: Sequence[Place], settings: RuleSettings, *, now: datetime, new_id: NewId
) -> None:
    """Bring the links of these profiles to what the rules say now, as any other change of them would.

    Holds the trust alone. Whoever would claim the same people is judged with them, wherever in the run they come: nobody is
    linked in one block to be unlinked in a later one.
    """
    await hold_trust(tx, run.vpd, alone=True)
    subjects = await load_subjects(tx, run.vpd, places)
    verdicts = await judge_all(tx, run.vpd, subjects, settings)
    claimed = {one.claim for place, one in verdicts.items() if one.claim and one.claim != subjects[place].claim}
    for place, (subject, verdict) in (await _rivals(tx, run, subjects, claimed, settings)).items():
        subjects[place], verdicts[place] = subject, verdict
    weighed = await settle_all(tx, run.vpd, verdicts, claims_of(subjects, verdicts))
    changed = await take_effect(tx, run.vpd, weighed, now=now, new_id=new_id)
    await _note_changes(tx, run, weighed.before, changed)


async def _rivals(
    tx: WriteTx, run: RuleRun, judged: Collection[Place], claimed: Collection[str], settings: RuleSettings
) -> dict[Place, tuple[Subject, Verdict]]:
    """The other profiles that are linked to these people, or would be."""
    touched = await profiles_touched_by(tx, run.vpd, sorted(claimed)) if claimed else []
    others = [place for place in touched if place not in judged]
    if not others:
        return {}
    subjects = await load_subjects(tx, run.vpd, others)
    verdicts = await judge_all(tx, run.vpd, subjects, settings)
    return {
        place: (subjects[place], one)
        for place, one in verdicts.items()
        if one.claim in claimed or subjects[place].claim in claimed
    }


async def try_block(
    tx: WriteTx, run: RuleRun, places: Sequence[Place], settings: RuleSettings, *, now: datetime, new_id: NewId
) -> None:
    """Note what the rules would change of these profiles and their rivals, and change nothing."""
    subjects = await load_subjects(tx, run.vpd, places)
    verdicts = await judge_all(tx, run.vpd, subjects, settings)
    claims = claims_of(subjects, verdicts)
    before = await _as_tried(tx, run, list(verdicts), claims)
    weighed = settle_against(before, verdicts)
    after = changes_of(weighed, now=now, new_id=new_id, decided=())
    await _note_changes(tx, run, before, [one for one in after if is_told(before.get(one.place), one)])


async def _as_tried(tx: WriteTx, run: RuleRun, places: Collection[Place], claims: Sequence[str]) -> dict[Place, Stored]:
    """The links of these profiles and of all that claim these people, as they would be by now."""
    stored = await load_links(tx, run.vpd, places, claims)
    values = {"vpd": run.vpd, "run": run.run_id, "claims": list(claims), "places": as_rows(stored)}
    noted = {Place(row.product, row.department, row.profile_id): row for row in await tx.all(_NOTED, values)}
    new_rivals = [place for place in noted if place not in stored]
    if new_rivals:
        stored |= await load_links(tx, run.vpd, new_rivals, [])
    tried = {place: _tried(one, noted[place]) if place in noted else one for place, one in stored.items()}
    return {place: one for place, one in tried.items() if place in places or one.claim in claims}


def _tried(stored: Stored, row: Any) -> Stored:
    return replace(
        stored,
        state=row.to_state,
        employee_number=row.to_person,
        claim=row.claim,
        rule=row.to_rule,
        reason=row.to_reason,
    )


async def _note_changes(tx: WriteTx, run: RuleRun, before: Mapping[Place, Stored], changed: Iterable[Stored]) -> None:
    rows = [_row(run.vpd, run.run_id, before[one.place], one) for one in changed if one.place in before]
    if rows:
        await tx.execute(_NOTE, {"rows": rows})


def _row(vpd: str, run_id: UUID, before: Stored, after: Stored) -> dict[str, Any]:
    return {
        "vpd": vpd,
        "run_id": str(run_id),
        "product": after.place.product,
        "department": after.place.department,
        "profile_id": after.place.profile_id,
        "from_state": before.state,
        "from_person": before.employee_number,
        "from_rule": before.rule,
        "from_reason": before.reason,
        "to_state": after.state,
        "to_person": after.employee_number,
        "to_rule": after.rule,
        "to_reason": after.reason,
        "claim": after.claim,
    }
