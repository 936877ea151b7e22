"""How well links are found: three invented trusts of 20,000 people, put through profile-sync on PostgreSQL, against the truth.

People come as events and profiles as batches, as they do in life; links and suggestions are read back. The peer, Splink, gets
the same rows in the same run. `BENCH_LINKS` sets another number of people.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from esrlink.embedded import EmbeddedPostgres
from profile_sync.profiles.reading import LinkedProfile
from tests.bench.links_hub import Hub, a_hub
from tests.bench.links_score import Counts, Found, count
from tests.bench.links_splink import AUTOMATIC, Paired, pair
from tests.bench.links_world import World, make_world
from tests.bench.report import Figure, report

SIZE = int(os.environ.get("BENCH_LINKS", "20000"))
SEEDS = (1, 2, 3)
# The case that once took half a minute: a department's whole list comes first, without numbers, and then its people.
_WAITING, _COMING = 8_000, 2_000


@dataclass(frozen=True)
class Run:
    """What one invented trust gave."""

    ours: Counts
    peers: Counts
    seconds: float
    peer_seconds: float
    waiting_seconds: float


def main() -> None:
    """Three runs, each of another invented trust on a database of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = EmbeddedPostgres(folder / "postgres", settings={"fsync": "off", "synchronous_commit": "off"})
        try:
            runs = [asyncio.run(_run(server, seed)) for seed in SEEDS]
        finally:
            server.stop()
    _explain(runs[0])
    report("links", _figures(runs))


async def _run(server: EmbeddedPostgres, seed: int) -> Run:
    world = make_world(seed, SIZE)
    async with a_hub(server, f"links_{seed}") as hub:
        seconds = await hub.people(world.people) + await hub.profiles(world.profiles)
        found = {one.place.profile_id: _found(one) async for one in hub.links()}
    async with a_hub(server, f"waiting_{seed}") as hub:
        waiting = await _waiting(hub, world)
    paired = pair(world.people, world.profiles)
    return Run(count(world, found), count(world, _peers(paired)), seconds, paired.seconds, waiting)


async def _waiting(hub: Hub, world: World) -> float:
    """Seconds in which people come whom a department's profiles without any number wait for, in one transaction."""
    chosen = [one for one in world.profiles if not world.truth[one.profile_id].placeholder][:_WAITING]
    await hub.profiles([replace(one, department="Anaesthetics", number=None, registration=None) for one in chosen])
    owners = {number for one in chosen for number in world.truth[one.profile_id].owners}
    coming = [one for one in world.people if one.number in owners][:_COMING]
    return await hub.people(coming, at_once=_COMING)


def _found(one: LinkedProfile) -> Found:
    suggested = tuple(c.employee_number for c in one.candidates) if one.state == "possible" else ()
    return Found(one.employee_number, suggested, excluded=one.state == "excluded")


def _peers(paired: Paired) -> dict[str, Found]:
    """Splink has no placeholders: they are nobody's, so that only what it links or suggests is counted."""
    found = {}
    for profile, candidates in paired.candidates.items():
        best, probability = candidates[0]
        linked = best if probability >= AUTOMATIC else None
        found[profile] = Found(linked, tuple(number for number, _ in candidates))
    return found


def _figures(runs: list[Run]) -> list[Figure]:
    def ours(value: str) -> tuple[float, ...]:
        return tuple(float(getattr(run.ours, value)) for run in runs)

    def peers(value: str) -> tuple[float, ...]:
        return tuple(float(getattr(run.peers, value)) for run in runs)

    def better(what: str, unit: str, value: str, bar: float) -> Figure:
        return Figure(what, unit, ours(value), bar, "Splink", peers(value), at_least=True)

    slots = tuple(float(len(run.ours.mistaken_slots)) for run in runs)
    seconds, peer_seconds = tuple(run.seconds for run in runs), tuple(run.peer_seconds for run in runs)
    waiting = tuple(run.waiting_seconds for run in runs)
    return [
        better("automatic links that are right", "of 10,000", "precision", 9_999),
        better("right ESR numbers linked", "of 10,000", "linked_numbers", 10_000),
        better("profiles without a number: person found", "%", "recall", 95),
        Figure("candidates of such a profile, at most", "people", ours("most_candidates"), 3),
        Figure("slots taken for people, or people for slots", "profiles", slots, 0),
        Figure(f"{SIZE:,} people and their profiles", "s", seconds, 180, "Splink", peer_seconds),
        Figure(f"{_COMING:,} people for {_WAITING:,} waiting profiles", "s", waiting, 10),
    ]


def _explain(run: Run) -> None:
    """What the first trust's recall is made of, by what was done to the name."""
    table = Table("name", "profiles without a number", "found", "Splink")
    for noise, (hits, all_) in sorted(run.ours.by_noise.items()):
        peer_hits, peer_all = run.peers.by_noise[noise]
        table.add_row(noise, f"{all_:,}", f"{hits / all_:.1%}", f"{peer_hits / peer_all:.1%}")
    Console().print(table)
    Console().print(
        f"{run.ours.linked:,} automatic links, {run.ours.right_numbers:,} right numbers that nothing contradicts; "
        f"Splink links {run.peers.linked:,} at {AUTOMATIC} or more"
    )


if __name__ == "__main__":
    main()
