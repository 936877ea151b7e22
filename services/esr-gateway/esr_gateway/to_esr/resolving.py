"""A file in doubt is decided by two different people who say the same, each with what they saw and where.

A machine never decides it: sending again what ESR has read pays people twice, and not sending what it has not read pays them
not at all. A confirmation or a landing that comes first is a fact, and needs nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.issues import close_issues, raise_issue
from esr_gateway.tables import resolution, run_file
from esr_gateway.to_esr.file_issues import causes_of, disagreed
from esr_gateway.to_esr.run_files import note_sent, send_again
from esrlink import audit
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid, NotFound

Verdict = Literal["sent", "not_sent"]
Decision = Literal["waits", "sent", "not_sent"]

LEAST_EVIDENCE = 10
MOST_EVIDENCE = 2_000
_PEOPLE = 2
_RELEASE = text("""
UPDATE file SET state = 'received', released_by = :by, settled_at = NULL
 WHERE vpd = :vpd AND kind = 'confirmation' AND state = 'held' AND code = 'answers_unsent_file'
   AND name = 'CF_' || :vpd || '_' || :file_name
""")


class NotInDoubt(Conflict):
    """It was sent, or is still to be sent: there is nothing to decide."""

    code, title = "not_in_doubt", "The file is not in doubt"


async def resolve(
    tx: WriteTx, vpd: str, file_name: str, *, person: str, verdict: Verdict, evidence: str, now: datetime
) -> Decision:
    """Note what a person found, in place of what the same person said before; and decide when two say the same.

    `person` is the subject of a person's sign-in, and never of a machine. Whoever says the opposite of others raises an issue,
    and the file stays in doubt. Raises `NotFound`, `NotInDoubt`, and `Invalid` where the evidence is no sentence.
    """
    file = await tx.one_or_none(
        select(run_file).where(run_file.c.vpd == vpd, run_file.c.file_name == file_name).with_for_update()
    )
    if file is None:
        raise NotFound("There is no such payroll file that you may see.", field="file_name")
    if file.state != "unknown":
        raise NotInDoubt("Whether ESR has this file is not in doubt, or not any more: look at it again.")
    seen = _evidence(evidence)
    values = {"verdict": verdict, "evidence": seen, "given_at": now}
    statement = upsert(resolution).values(vpd=vpd, file_name=file_name, doubt=file.doubts, person=person, **values)
    key = ["vpd", "file_name", "doubt", "person"]
    await tx.execute(statement.on_conflict_do_update(index_elements=key, set_=values))
    said = await resolutions(tx, vpd, file_name, doubt=file.doubts)
    decision = _decide([one.verdict for one in said])
    detail = {"verdict": verdict, "doubt": file.doubts, "decided": decision, "evidence_sha256": _hash(seen)}
    await audit.record(tx, vpd, actor=person, action="file.resolved", about=file_name, at=now, detail=detail)
    people = " and ".join(one.person for one in said)
    if decision == "sent":
        await note_sent(tx, vpd, file_name, now, reason="Two people found out that ESR has the file.")
        await tx.execute(_RELEASE, {"vpd": vpd, "file_name": file_name, "by": people})
    elif decision == "not_sent":
        why = f"{people} found out that ESR does not have it: it is sent again."
        reason = "Two people found out that the file had not reached ESR; it is sent again."
        await send_again(tx, vpd, file_name, why, reason, now)
    elif len({one.verdict for one in said}) > 1:
        await raise_issue(tx, vpd, disagreed(file.run_id, file_name), now)
    else:
        await close_issues(tx, vpd, causes_of(file_name)[2:], now)
    return decision


async def resolutions(tx: ReadTx, vpd: str, file_name: str, *, doubt: int | None = None) -> Sequence[Any]:
    """Who said what of a file, and on what evidence: in all its doubts or in one, in the order of their words."""
    statement = select(resolution).where(resolution.c.vpd == vpd, resolution.c.file_name == file_name)
    if doubt is not None:
        statement = statement.where(resolution.c.doubt == doubt)
    return await tx.all(statement.order_by(resolution.c.doubt, resolution.c.given_at, resolution.c.person))


def _decide(verdicts: Sequence[Verdict]) -> Decision:
    return verdicts[0] if len(verdicts) >= _PEOPLE and len(set(verdicts)) == 1 else "waits"


def _evidence(text_: str) -> str:
    seen = " ".join(text_.split())
    if len(seen) < LEAST_EVIDENCE:
        raise Invalid("Say what you saw and where, so that others can check it.", field="evidence")
    if len(seen) > MOST_EVIDENCE:
        raise Invalid(f"Say it in {MOST_EVIDENCE:,} characters at most.", field="evidence")
    return seen


def _hash(seen: str) -> str:
    """What a person wrote may name others, which the audit trail must not; that it was not changed since, the hash shows."""
    return sha256(seen.encode()).hexdigest()
