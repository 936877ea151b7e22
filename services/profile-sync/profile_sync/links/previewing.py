"""What decisions would change, without storing anything: the link of each profile, and those of its rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError
from esrlink.ids import NewId
from profile_sync.links.deciding import Considered, Wish, consider, taken_by_others
from profile_sync.links.evaluating import changes_of
from profile_sync.links.rows import Stored
from profile_sync.links.weighing import Weighed, claims_of, judge_all, settle_all
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import RuleSettings
from profile_sync.trusts import rule_settings


@dataclass(frozen=True, slots=True)
class Change:
    """A link as it is, and as it would be. The two say the same where a decision would only be kept for later."""

    before: Stored
    after: Stored

    @property
    def place(self) -> Place:
        """Which profile."""
        return self.after.place


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of wishes: why some would be refused, which were recorded before, and what all others would change.

    `changes` has the links of the profiles that are decided on; `touched` those of others, which they would change, too.
    """

    refused: Mapping[Place, EsrLinkError]
    repeated: frozenset[Place]
    changes: Mapping[Place, Change]
    touched: Sequence[Change]


async def preview(tx: ReadTx, vpd: str, wishes: Mapping[Place, Wish], *, now: datetime, new_id: NewId) -> Preview:
    """What `decide_all` would do with these wishes at this moment."""
    considered = await consider(tx, vpd, wishes, new_id)
    settings = await rule_settings(tx, vpd)
    while considered.decisions:
        weighed = await _weigh(tx, vpd, considered, settings)
        taken = taken_by_others(considered, weighed)
        if not taken:
            after = changes_of(weighed, now=now, new_id=new_id, decided=considered.decisions)
            changes = {one.place: Change(weighed.before[one.place], one) for one in after}
            touched = [one for place, one in changes.items() if place not in considered.decisions]
            decided = {place: changes[place] for place in considered.decisions}
            return Preview(considered.refused, considered.repeated, decided, touched)
        considered = considered.without(taken)
    return Preview(considered.refused, considered.repeated, {}, ())


async def _weigh(tx: ReadTx, vpd: str, considered: Considered, settings: RuleSettings) -> Weighed:
    verdicts = await judge_all(tx, vpd, considered.subjects, settings)
    return await settle_all(tx, vpd, verdicts, claims_of(considered.subjects, verdicts))
