"""The parts that do the gateway's work, put together once: the API, the loops and the command line use the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from esr_gateway.archive import Archive, FolderArchive, S3Archive
from esr_gateway.exchange.polling import Poller
from esr_gateway.exchange.port import OpenExchange
from esr_gateway.exchange.retention import Retention
from esr_gateway.exchange.sftp import sftp_exchange
from esr_gateway.from_esr.asking import Asker
from esr_gateway.from_esr.confirming import Confirmer
from esr_gateway.from_esr.importing import Importer, Progress
from esr_gateway.from_esr.receiving import Receiver
from esr_gateway.layout import all_layouts, confirmation, data_warehouse, snapshot_request
from esr_gateway.settings import Settings
from esr_gateway.to_esr.caught_up import OnBus, without_bus
from esr_gateway.to_esr.runs import RunCloser
from esrlink.bus import Bus
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.ids import NewId


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway without its edges."""

    receiver: Receiver
    poller: Poller
    closer: RunCloser
    lock_wait: timedelta
    exchange_timeout: timedelta


def assemble(
    settings: Settings,
    database: Database,
    clock: Clock,
    new_id: NewId,
    *,
    progress: Progress | None = None,
    open_exchange: OpenExchange | None = None,
    bus: Bus | None = None,
) -> Gateway:
    """Put the parts together. Raises when a layout is not sound: better at the start than in the night.

    Without a `bus` no run waits for events that are on their way.
    """
    all_layouts()
    archive = _archive(settings)
    importer = Importer(
        database,
        archive,
        data_warehouse(),
        clock,
        settings.import_statement_timeout,
        progress or Progress(),
    )
    confirmer = Confirmer(database, archive, confirmation(), clock)
    receiver = Receiver(database, archive, importer, confirmer, clock, new_id)
    exchange = open_exchange or sftp_exchange(settings.exchange_timeout)
    caught_up = OnBus(bus, database.service) if bus else without_bus
    return Gateway(
        receiver=receiver,
        poller=Poller(
            database,
            receiver,
            Retention(database, archive, clock),
            Asker(database, archive, snapshot_request(), clock),
            exchange,
            clock,
        ),
        closer=RunCloser(database, archive, exchange, clock, new_id, caught_up),
        lock_wait=settings.lock_wait,
        exchange_timeout=settings.exchange_timeout,
    )


def _archive(settings: Settings) -> Archive:
    place = settings.archive_store
    return S3Archive(place, settings.archive) if place else FolderArchive(settings.archive)
