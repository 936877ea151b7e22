"""The issues of landing: ESR pays what it refused, or its data do not show what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Uuid, bindparam, text

from esr_gateway.issues import Problem, close_issues, raise_issue
from esr_gateway.to_esr.settling import Fact
from esrlink.db import WriteTx

REFUSED_AND_SHOWN = "ESR refused this record and shows it all the same, so it counts. Do not send it again."

_IDS = bindparam("ids", type_=ARRAY(Uuid))
# Of each file: how many of its records ESR refused and shows, and of how many of those a newer version is out as well.
_REFUSED_AND_SHOWN = text("""
SELECT l.file_name, f.run_id, count(*) AS records,
       count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM instruction n
            WHERE n.vpd = :vpd AND n.submittal_id = l.submittal_id AND n.version > l.version
              AND n.state IN ('frozen', 'unknown', 'sent', 'accepted', 'missing', 'differs', 'landed'))) AS twice
  FROM line l JOIN run_file f ON f.vpd = :vpd AND f.file_name = l.file_name
 WHERE l.vpd = :vpd
   AND l.file_name IN (SELECT o.file_name FROM line o WHERE o.vpd = :vpd AND o.submittal_id = ANY(:ids))
   AND EXISTS (SELECT 1 FROM fact r WHERE r.vpd = :vpd AND r.submittal_id = l.submittal_id AND r.version = l.version
                  AND r.outcome = 'rejected')
   AND EXISTS (SELECT 1 FROM fact s WHERE s.vpd = :vpd AND s.submittal_id = l.submittal_id AND s.version = l.version
                  AND s.outcome IN ('landed', 'differs'))
 GROUP BY l.file_name, f.run_id
""").bindparams(_IDS)
_MISSING = text("""
SELECT r.run_id, r.run_code, r.pay_name, count(*) AS records
  FROM instruction i
  JOIN line l ON l.vpd = :vpd AND l.submittal_id = i.submittal_id AND l.version = i.version
  JOIN run_file f ON f.vpd = :vpd AND f.file_name = l.file_name
  JOIN run r ON r.vpd = :vpd AND r.run_id = f.run_id
 WHERE i.vpd = :vpd AND i.state = 'missing'
 GROUP BY r.run_id, r.run_code, r.pay_name
""")
_OPEN_MISSING = text("""
SELECT cause FROM issue WHERE vpd = :vpd AND kind = 'landing' AND starts_with(cause, 'landing/missing/') AND closed_at IS NULL
""")


async def tell_of_landings(tx: WriteTx, vpd: str, landed: Sequence[Fact], now: datetime) -> None:
    """Raise or close what these landings are news of."""
    refused = sorted({one.submittal_id for one in landed if one.reason and one.reason.endswith(REFUSED_AND_SHOWN)})
    if refused:
        for row in await tx.all(_REFUSED_AND_SHOWN, {"vpd": vpd, "ids": refused}):
            await raise_issue(tx, vpd, _refused_and_shown(row.run_id, row.file_name), now, count=row.records)
            if row.twice:
                await raise_issue(tx, vpd, _twice(row.run_id, row.file_name), now, count=row.twice)
    if await tx.all(_OPEN_MISSING, {"vpd": vpd}):
        await tell_of_missing(tx, vpd, now)


async def tell_of_missing(tx: WriteTx, vpd: str, now: datetime) -> None:
    """Raise an issue for each run of which records are missing, and close those of runs of which none is any more."""
    missing = {f"landing/missing/{row.run_code}": row for row in await tx.all(_MISSING, {"vpd": vpd})}
    for cause, row in missing.items():
        problem = Problem(
            cause,
            "landing",
            "bad",
            f"ESR's data do not show records that were sent for {row.pay_name}.",
            "Ask payroll whether they are in ESR. Do not send them again before that is known: they may be there and not shown.",
            f"runs/{row.run_id}",
        )
        await raise_issue(tx, vpd, problem, now, count=row.records)
    gone = [row.cause for row in await tx.all(_OPEN_MISSING, {"vpd": vpd}) if row.cause not in missing]
    await close_issues(tx, vpd, gone, now)


def _refused_and_shown(run_id: object, file_name: str) -> Problem:
    return Problem(
        f"landing/refused/{file_name}",
        "landing",
        "bad",
        f"ESR refused records of {file_name} and pays them all the same: do not resubmit them.",
        "Ask payroll why. Newer versions of them that wait are held back by themselves.",
        f"runs/{run_id}",
    )


def _twice(run_id: object, file_name: str) -> Problem:
    return Problem(
        f"landing/twice/{file_name}",
        "landing",
        "bad",
        f"ESR pays records of {file_name} that it had refused, and a newer version of them was sent as well.",
        "They may be paid twice. Ask payroll to take one of each pair out, or have the department correct it.",
        f"runs/{run_id}",
    )
