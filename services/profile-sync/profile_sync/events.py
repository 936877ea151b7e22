"""What profile-sync does with events: people changed in ESR, so their pictures and the links of their profiles follow."""

from __future__ import annotations

from collections.abc import Sequence

from esrlink.bus import Handler
from esrlink.clock import Clock
from esrlink.contracts import ProfileImported, Received
from esrlink.db import WriteTx
from esrlink.ids import NewId
from profile_sync.changes.recording import record_people
from profile_sync.links.evaluating import evaluate
from profile_sync.links.locks import hold_trust, plan_anew
from profile_sync.links.touching import profiles_moved_by
from profile_sync.people.applying import apply_imports
from profile_sync.trusts import rule_settings


def on_profile_imported(clock: Clock, new_id: NewId) -> Handler:
    """The handler of `esr.profile.imported`."""

    async def handle(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        vpd = received[0].event.vpd
        await plan_anew(tx)
        # People first, and only then their links: replicas with other people of the trust meet at the links alone.
        changed = await apply_imports(tx, vpd, [one.event for one in received], now=clock.now())
        if not changed:
            return
        news = {one.event.employee_number: one for one in sorted(received, key=lambda one: one.event.revision)}
        await record_people(tx, vpd, [(number, news[number].event.revision) for number in changed], clock.now())
        await hold_trust(tx, vpd, alone=True)
        places = await profiles_moved_by(tx, vpd, changed)
        if places:
            settings = await rule_settings(tx, vpd)
            await evaluate(tx, vpd, places, settings=settings, now=clock.now(), new_id=new_id, news=news)

    return handle
