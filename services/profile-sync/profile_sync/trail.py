"""What people and clients decide here, as entries of the audit trail: who, what, when, and whether by the API or a page.

An entry names ids only (a profile's place, an ESR number, a decision). What somebody wrote as a reason stands with what it was
written for, not here: it may say something of a person, and the trail is read by auditors of all kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from esrlink import audit
from esrlink.db import WriteTx

Through = Literal["api", "page", "cohort"]
"""By which way something was decided; `cohort` is what a plan did that somebody applied or undid."""

_DECIDED = {
    "confirm": "link.confirmed",
    "reject": "link.rejected",
    "unlink": "link.unlinked",
    "exclude": "link.excluded",
    "undo": "link.undone",
}
_SAID = ("decision_id", "employee_number", "undoes")


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts: the subject of a person or a client, and by which way."""

    subject: str
    through: Through


async def note(
    tx: WriteTx, vpd: str, author: Author, action: str, about: UUID | str, now: datetime, **detail: Any
) -> None:
    """Record an action in the transaction in which it is done, last of all: the trail is held until that ends."""
    said = {"through": author.through, **detail}
    await audit.record(tx, vpd, actor=author.subject, action=action, about=str(about), at=now, detail=said)


async def note_decisions(
    tx: WriteTx, vpd: str, rows: Sequence[Mapping[str, Any]], ways: Sequence[Through], now: datetime
) -> None:
    """Record decisions on links, each given as its row of `link_decision`, with the way it came."""
    deeds = [
        audit.Deed(
            row["decided_by"],
            _DECIDED[row["decision"]],
            "/".join(row[name] for name in ("product", "department", "profile_id")),
            {"through": way, **{name: row[name] for name in _SAID if row[name] is not None}},
        )
        for row, way in zip(rows, ways, strict=True)
    ]
    await audit.record_all(tx, vpd, deeds, at=now)
