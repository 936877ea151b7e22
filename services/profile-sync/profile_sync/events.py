"""What profile-sync does with events: people changed in ESR, so their pictures and the links of their profiles follow."""

from __future__ import annotations

from collections.abc import Sequence

from esrlink.bus import Handler
from esrlink.clock import Clock
from esrlink.contracts import ProfileImported, Received
from esrlink.db import WriteTx
from esrlink.ids import NewId
from profile_sync.changes.recording import people_recorded
from profile_sync.links.evaluating import evaluate
from profile_sync.links.locks import links_held, plan_anew, trust_held_for_people
from profile_sync.links.touching import ties_of, touched_by
from profile_sync.people.applying import apply_imports
from profile_sync.trusts import rule_settings_of


def on_profile_imported(clock: Clock, new_id: NewId) -> Handler:
    """The handler of `esr.profile.imported`."""

    async def handle(tx: WriteTx, received: Sequence[Received[ProfileImported]]) -> None:
        vpd = received[0].event.vpd
        await plan_anew(tx)
        # People first, then whom they touch, and only then links: replicas with other people of the trust meet at these alone.
        changed = await apply_imports(tx, vpd, [one.event for one in received], now=clock.now())
        if not changed:
            return
        news = {one.event.employee_number: one for one in sorted(received, key=lambda one: one.event.revision)}
        revisions = [(number, news[number].event.revision) for number in changed]
        ties = ties_of(vpd, changed)
        await tx.ask(people_recorded(vpd, revisions, clock.now()), trust_held_for_people(vpd), ties)
        if not ties.answer.profiles:
            return
        touched = await tx.answer(touched_by(vpd, ties.answer))
        # Who held the links before may have opened some: now they stay as they are.
        opened = [touched_by(vpd, touched.closed)] if touched.closed.profiles else []
        settings = rule_settings_of(vpd)
        await tx.ask(links_held(vpd), *opened, settings)
        places = [*touched.places, *(place for one in opened for place in one.answer.places)]
        await evaluate(tx, vpd, places, settings=settings.answer, now=clock.now(), new_id=new_id, news=news, alone=True)

    return handle
