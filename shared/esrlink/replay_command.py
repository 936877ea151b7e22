"""`esrlink replay`: publish events again from the outbox and the archive, so that a consumer can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from esrlink.observability.logs import configure_logs
from esrlink.telling import told_plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esrlink.bus.replay import Progress as HowFar
    from esrlink.bus.replay import TrustCount
    from esrlink.bus.replay_request import ReplayRequest
    from esrlink.db import Database
    from esrlink.runtime import Definition
    from esrlink.settings import ServiceSettings

console = Console()
_QUIET = timedelta(seconds=5)


def replay_command(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="Whose events are published again.")],
    from_: Annotated[
        str, typer.Option("--from", help="The first day (2026-08-03) or moment (2026-08-03T14:00), in London time.")
    ],
    to: Annotated[
        str, typer.Option(help="The last day, which is included, or a moment, which is not; now if left out.")
    ] = "",
    vpd: Annotated[list[str] | None, typer.Option(help="Only this trust's events; may be given several times.")] = None,
    to_topic: Annotated[str | None, typer.Option(help="Publish them to this topic, not to their own.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be published.")] = False,
    data_dir: Annotated[Path, typer.Option(help="Where the try-out keeps its data.", envvar="ESRLINK_DATA_DIR")] = Path(
        ".esrlink"
    ),
    tryout: Annotated[bool, typer.Option("--tryout", help="The try-out's own databases.")] = False,
) -> None:
    """Publish events again, in order and marked as a replay, so that a consumer that lost its state can be rebuilt.

    Consumers that have them are unaffected. On its own topic only the last month can be replayed, and of a state only the
    newest event of each key; --to-topic has neither limit. Stopped half-way, the same command begins anew, and nothing
    takes effect twice.
    """
    from esrlink.runtime import run

    configure_logs()
    definition = _owner_of(topic)
    with told_plainly(), _settings(definition, data_dir, tryout=tryout) as settings:
        wanted = _Asked(topic, from_, to, vpd or [], to_topic)
        done = run(_replay(definition, settings, wanted, dry_run=dry_run))
    if done is None:
        console.print("Stopped. What stands in the outbox is still published; the same command begins anew.")
        raise typer.Exit(1)


class _Asked:
    """The options as they were written; a wrong one is told by its name."""

    def __init__(self, topic: str, from_: str, to: str, vpds: list[str], to_topic: str | None) -> None:
        from esrlink.bus.replay_request import trusts_of

        self._topic, self._to_topic = topic, to_topic
        self._since = _moment(from_, "--from", is_end=False)
        self._until = _moment(to, "--to", is_end=True) if to else None
        try:
            self._vpds = trusts_of(vpds)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--vpd") from None

    def at(self, now: datetime) -> ReplayRequest:
        """The request, as of this moment."""
        from esrlink.bus.replay_request import ReplayRequest

        return ReplayRequest(self._topic, self._since, self._until or now, self._vpds, self._to_topic)


async def _replay(definition: Definition, settings: ServiceSettings, asked: _Asked, *, dry_run: bool) -> bool:
    from sqlalchemy import text

    from esrlink.bus.replay import count
    from esrlink.clock import SystemClock
    from esrlink.runtime import open_database

    database = open_database(definition, settings, SystemClock())
    try:
        async with database.read() as tx:
            now = await tx.scalar(text("SELECT now()"))
        request = asked.at(now)
        request.check(settings, now)
        counted = await count(database, request)
        _show(request, counted)
        if counted and not dry_run:
            await _make_topic(settings, request)
            await _publish(database, request, sum(one.events for one in counted))
    finally:
        await database.close()
    return True


async def _make_topic(settings: ServiceSettings, request: ReplayRequest) -> None:
    """Kafka makes no topic by itself, and a relay that finds none would hold up everything behind it."""
    url = settings.bus_url.get_secret_value()
    if request.target != request.topic and url.startswith("kafka://"):
        from esrlink.bus.kafka import KafkaSettings, servers_of
        from esrlink.bus.kafka.topics import make_topic

        await make_topic(servers_of(url), KafkaSettings(), request.target)


async def _publish(database: Database, request: ReplayRequest, total: int) -> None:
    from esrlink.bus.replay import replay

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Publishing", total=total)

        told: list[str] = []

        def tell(how_far: HowFar) -> None:
            bar.update(task, completed=how_far.published)
            if how_far.quiet > _QUIET and how_far.published < how_far.put and not told:
                told.append(f"Nothing is being published: is {database.service} running? Waiting for it.")
                console.print(told[0])

        done = await replay(database, request, tell)
        bar.update(task, completed=done.published, total=done.published, description="Published")
    console.print(f"{done.published:,} events were published again on {request.target}.")


def _show(request: ReplayRequest, counted: Sequence[TrustCount]) -> None:
    from esrlink.clock import LONDON

    if not counted:
        console.print("No published event fits.")
        return
    if request.newest_only:
        console.print(f"{request.topic} is a state: of each key only the newest event is published again.")
    table = Table("Trust", "Events", "First committed", "Last committed")
    for one in counted:
        first, last = (f"{moment.astimezone(LONDON):%-d %b %Y %H:%M:%S}" for moment in (one.first, one.last))
        table.add_row(one.vpd, f"{one.events:,}", first, last)
    console.print(table)


def _owner_of(topic: str) -> Definition:
    from esrlink.bus.replay_request import topics
    from esrlink.runtime import installed_services

    known = topics()
    if topic not in known:
        raise typer.BadParameter(f"no such topic; there are: {', '.join(known)}", param_hint="TOPIC")
    return next(one for one in installed_services() if one.name == known[topic])


@contextmanager
def _settings(definition: Definition, data_dir: Path, *, tryout: bool) -> Iterator[ServiceSettings]:
    from esrlink.tryout import TryOut

    if not tryout:
        yield definition.settings()
        return
    hub = TryOut(data_dir, definitions=[definition])
    server = hub.prepare()
    try:
        yield hub.settings(definition, server)
    finally:
        server.stop()


def _moment(given: str, option: str, *, is_end: bool) -> datetime:
    from esrlink.bus.replay_request import moment_of

    try:
        return moment_of(given, is_end=is_end)
    except (ValueError, OverflowError):
        raise typer.BadParameter("write a day (2026-08-03) or a moment (2026-08-03T14:00)", param_hint=option) from None
