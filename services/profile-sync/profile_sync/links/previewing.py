"""What decisions would change, without storing anything: the link of each profile, and those of its rivals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from esrlink.db import ReadTx
from esrlink.ids import NewId
from profile_sync.links.deciding import Considered, Decided, Wish, consider, taken_by_others
from profile_sync.links.evaluating import changes_of, is_told
from profile_sync.links.weighing import Weighed, claims_of, judge_all, settle_all
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import RuleSettings
from profile_sync.trusts import rule_settings


async def preview(tx: ReadTx, vpd: str, wishes: Mapping[Place, Wish], *, now: datetime, new_id: NewId) -> Decided:
    """What `decide_all` would do with these wishes at this moment."""
    considered = await consider(tx, vpd, wishes, new_id)
    settings = await rule_settings(tx, vpd)
    while considered.decisions:
        weighed = await _weigh(tx, vpd, considered, settings)
        taken = taken_by_others(considered, weighed)
        if not taken:
            after = changes_of(weighed, now=now, new_id=new_id, decided=considered.decisions)
            told = [one for one in after if is_told(weighed.before.get(one.place), one)]
            return Decided.of(considered, weighed, told)
        considered = considered.without(taken)
    return Decided(considered.refused, considered.repeated)


async def _weigh(tx: ReadTx, vpd: str, considered: Considered, settings: RuleSettings) -> Weighed:
    verdicts = await judge_all(tx, vpd, considered.subjects, settings)
    return await settle_all(tx, vpd, verdicts, claims_of(considered.subjects, verdicts))
