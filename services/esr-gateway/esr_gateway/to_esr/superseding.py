"""Of one submittal at most one version is paid, in whatever order its approvals and withdrawals come.

A version is approved only after every older one was taken back or rejected by ESR, so a newer version that is heard of says
of an older one that waits what its withdrawal would say, even if that is hours behind. What was frozen is out of reach: then
the newer one is held until ESR has rejected the older.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text

from esr_gateway.to_esr.lines import Unwritable
from esrlink.db import WriteTx

_IDS = bindparam("ids", type_=ARRAY(Uuid))
# The newest version is asked for submittal by submittal: a semi-join would read the trust's whole table where the planner
# has no statistics yet.
_SUPERSEDE = text("""
UPDATE instruction i SET state = 'withdrawn', code = NULL, reason = 'A newer version took its place.'
  FROM unnest(:ids) AS s (submittal_id),
       LATERAL (SELECT max(n.version) AS version FROM instruction n
                 WHERE n.vpd = :vpd AND n.submittal_id = s.submittal_id) AS newest
 WHERE i.vpd = :vpd AND i.submittal_id = s.submittal_id AND i.version < newest.version AND i.state IN ('waiting', 'held')
""").bindparams(_IDS)


async def supersede(tx: WriteTx, vpd: str, submittals: Collection[UUID]) -> None:
    """Take back what waits of these submittals where a newer version is known, be it only from its withdrawal."""
    await tx.execute(_SUPERSEDE, {"vpd": vpd, "ids": sorted(submittals)})


def refuse_second(out: int | None) -> None:
    """Hold a version while another one, `out`, is in a run. Raises `Unwritable`."""
    if out is not None:
        raise Unwritable(
            "version_sent_already",
            f"Version {out} of this record went into a payroll run already; it must not be paid a second time.",
        )
