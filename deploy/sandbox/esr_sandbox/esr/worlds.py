"""Holds the people of every trust in memory, always as the store says that they are."""

from datetime import date

from esr_sandbox.settings import SandboxSettings
from esr_sandbox.store import Store
from esr_sandbox.world.trusts import Trust
from esr_sandbox.world.world import World


class Worlds:
    """The worlds of all trusts; one that ran ahead of the store (a rolled-back day) is made anew."""

    def __init__(self, store: Store, settings: SandboxSettings) -> None:
        self._store = store
        self._settings = settings
        self._worlds: dict[str, World] = {}

    def of(self, trust: Trust) -> World:
        """Return a trust's people after every day whose changes were written."""
        with self._store.transaction() as db:
            rows = db.execute("select day from outbound where vpd = ? and kind = 'GOC' order by day", (trust.vpd,))
            days = [date.fromisoformat(row["day"]) for row in rows.fetchall()]
            world = self._worlds.get(trust.vpd)
            if world is None or [done.day for done in world.days] != days:
                staff = self._settings.staff.get(trust.vpd, trust.staff)
                world = World.begin(trust, self._settings.seed, self._settings.anchor, staff, days)
                self._worlds[trust.vpd] = world
            return world
