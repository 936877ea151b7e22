"""What `make bench-profiles` starts from: a trust of 20,000 people and 30,000 profiles, and a night's news of it from ESR.

Half of the news is of what no rule looks at (a cost centre, hours, a registration's expiry), so that links stay; the rest is of
what rules do look at: a quarter that leaves links as they are, and a quarter that moves many of them, newcomers whom profiles
wait for among it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import psycopg

from esrlink.contracts import Message, ProfileImported, to_message
from esrlink.embedded import EmbeddedPostgres
from tests.bench.links_hub import VPD, a_hub, imported
from tests.bench.links_people import DEPARTMENTS, Human
from tests.bench.links_world import Given, World, make_world

PRODUCT = "clwrota"
# As many again as a department's profiles may hold: one in a dozen links waits for somebody to look at it.
_WAITING = 12


async def fill(server: EmbeddedPostgres, name: str, people: int, profiles: int) -> list[Message]:
    """Load a database with what was there before the news; gives the news, in the order of its coming."""
    world = make_world(1, people)
    rng = random.Random(7)  # noqa: S311 - seeded on purpose
    newcomers = {one.number for one in rng.sample(world.people, people // 20)}
    async with a_hub(server, name) as hub:
        # Profiles of newcomers wait for them, all others find their people there.
        await hub.people([one for one in world.people if one.number not in newcomers])
        await hub.profiles(_more(rng, world, profiles))
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    events = [
        imported(one) if one.number in newcomers else _changed(rng, one, turn) for turn, one in enumerate(world.people)
    ]
    rng.shuffle(events)
    return [to_message(one, event_id=uuid4(), source="bench", time=one.as_of) for one in events]


def _more(rng: random.Random, world: World, wanted: int) -> list[Given]:
    """The world's profiles, and second ones in other departments up to as many as are wanted."""
    there = list(world.profiles)
    extra = rng.sample(there, max(0, wanted - len(there)))
    other = {one: DEPARTMENTS[(n + 1) % len(DEPARTMENTS)] for n, one in enumerate(DEPARTMENTS)}
    return there[:wanted] + [
        replace(one, profile_id=f"y{one.profile_id}", department=other[one.department]) for one in extra
    ]


def _changed(rng: random.Random, one: Human, turn: int) -> ProfileImported:
    event = imported(one).model_copy(update={"revision": 2})
    kind = turn % 4
    if kind < 2:
        return _unseen_by_rules(event, kind)
    return _seen(rng, event) if kind == 2 else _telling(rng, event, one)


def _unseen_by_rules(event: ProfileImported, kind: int) -> ProfileImported:
    if kind == 0 and event.registrations:
        later = tuple(one.model_copy(update={"expires": date(2027, 3, 31)}) for one in event.registrations)
        return event.model_copy(update={"registrations": later})
    return _post(event, cost_centre="RC4711", fte=Decimal("0.8"))


def _seen(rng: random.Random, event: ProfileImported) -> ProfileImported:
    """Another grade, organisation, or a preferred name."""
    kind = rng.randrange(3)
    if kind == 0:
        return _post(event, grade="Consultant")
    if kind == 1:
        return _post(event, organisation=f"{VPD} {rng.choice(DEPARTMENTS)}")
    return event.model_copy(update={"preferred_name": rng.choice(("Sam", "Alex", "Jo", "Max"))})


def _telling(rng: random.Random, event: ProfileImported, one: Human) -> ProfileImported:
    """A married name, another address, a registration, or somebody leaves."""
    kind = rng.randrange(4)
    if kind == 0:
        married = {"family_name": rng.choice(("Whitcombe", "Adeyemi-Cole", "Rao", "Lindqvist"))}
        return event.model_copy(update={**married, "previous_family_names": (one.family,)})
    if kind == 1:
        return event.model_copy(
            update={"email": f"{one.given[:1]}.{one.family}@alderbrook.example".lower().replace(" ", "")}
        )
    if kind == 2:
        return event.model_copy(update={"registrations": ()})
    return event.model_copy(update={"gone": True, "leaving_date": date(2026, 7, 31)})


def _post(event: ProfileImported, **values: Any) -> ProfileImported:
    before, now = event.assignments[0], date(2026, 8, 1)
    posts = (
        before.model_copy(update={"effective_to": now - timedelta(days=1)}),
        before.model_copy(update={"effective_from": now, **values}),
    )
    return event.model_copy(update={"assignments": posts})


def load_links(owner_url: str, links: int) -> None:
    """Load so many profiles and links into the trust by SQL, as they would stand: one in a dozen waits to be looked at.

    A thousand came with each batch, so that a thousand wait since the same moment, each with two possible people.
    """
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # no checks row by row
        for statement in _LOAD:
            owner.execute(statement, {"vpd": VPD, "links": links, "waiting": _WAITING})
        owner.execute("VACUUM ANALYZE profile, link, link_candidate")


_DEPARTMENT = "(SELECT array_agg(department ORDER BY department) FROM department WHERE vpd = %(vpd)s)"
_LOAD: Sequence[Any] = (
    f"""
    INSERT INTO profile (vpd, product, department, profile_id, family_name, given_name, version, updated_at)
    SELECT %(vpd)s, 'clwrota', d.all[1 + n %% cardinality(d.all)], 'm' || n, 'Okafor', 'Adaeze', 1, now()
      FROM generate_series(1, %(links)s) AS n, {_DEPARTMENT} AS d(all)
    """.replace("d(all)", "d(every)").replace("d.all", "d.every"),
    f"""
    INSERT INTO link (vpd, product, department, profile_id, link_id, state, rule, made_by, reason, revision, changed_at,
                      review_since, employee_number, claim)
    SELECT %(vpd)s, 'clwrota', d.every[1 + n %% cardinality(d.every)], 'm' || n, gen_random_uuid(),
           CASE WHEN n %% %(waiting)s = 0 THEN 'possible' ELSE 'matched' END,
           CASE WHEN n %% %(waiting)s = 0 THEN 'similarity/2' ELSE 'exact_number/2' END, 'rule',
           CASE WHEN n %% %(waiting)s = 0 THEN 'similarity' ELSE 'exact_number' END, 1, now(),
           CASE WHEN n %% %(waiting)s = 0 THEN timestamptz '2026-01-01' + n / %(waiting)s / 1000 * interval '1 day' END,
           CASE WHEN n %% %(waiting)s > 0 THEN 'M' || n END, CASE WHEN n %% %(waiting)s > 0 THEN 'M' || n END
      FROM generate_series(1, %(links)s) AS n, {_DEPARTMENT} AS d(every)
    """,
    """
    INSERT INTO link_candidate (vpd, product, department, profile_id, employee_number, rank, rule, score, parts)
    SELECT l.vpd, l.product, l.department, l.profile_id, p.employee_number, p.rank, 'similarity/2', 0.9,
           '[{"name": "family_name", "weight": 10.1, "agreement": 1, "finding": "same"}]'
      FROM link l,
           (SELECT employee_number, row_number() OVER (ORDER BY employee_number) AS rank FROM person
             WHERE vpd = %(vpd)s ORDER BY employee_number LIMIT 2) AS p
     WHERE l.vpd = %(vpd)s AND l.state = 'possible' AND l.profile_id LIKE 'm%%'
    """,
)


def stored(folder: Path, news: Sequence[Message], replicas: int) -> list[Path]:
    """The news in files, one for each replica: whose key is whose, as a bus with so many lanes shares them out."""
    import pickle

    shares: list[list[Message]] = [[] for _ in range(replicas)]
    for message in news:
        shares[crc32(message.partition_key.encode()) % replicas].append(message)
    paths = [folder / f"news_{n}.pickle" for n in range(replicas)]
    for path, share in zip(paths, shares, strict=True):
        path.write_bytes(pickle.dumps(share))
    return paths
