"""`esrlink import FILE --vpd N`: import one file by hand, with the rules and the archive of the service itself."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from esrlink.clock import MovableClock, SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from esr_gateway.settings import Settings
    from esrlink.clock import Clock

import_command = typer.Typer(help="Import a file from ESR by hand.")
console = Console()


# Options may stand behind the file, as they may in a plain command.
@import_command.callback(invoke_without_command=True, context_settings={"allow_interspersed_args": True})
def import_file(
    file: Annotated[
        Path, typer.Argument(help="The file, under the name that ESR gave it.", exists=True, dir_okay=False)
    ],
    vpd: Annotated[str, typer.Option(help="The trust's VPD: three digits.")],
    data_dir: Annotated[
        Path | None,
        typer.Option(help="A try-out's data; the configured databases if left out.", envvar="ESRLINK_DATA_DIR"),
    ] = None,
) -> None:
    """Import FILE, or say why it cannot be taken. Exit status 1 unless it was imported (or had been before)."""
    if not (len(vpd) == 3 and vpd.isascii() and vpd.isdigit()):
        raise typer.BadParameter("a VPD has three digits, such as 277", param_hint="--vpd")
    found = asyncio.run(_import(file, file.stat().st_size, vpd, data_dir))
    _report(found)
    raise typer.Exit(0 if found.state in {"imported", "duplicate"} else 1)


async def _import(path: Path, size: int, vpd: str, data_dir: Path | None) -> Any:
    from esr_gateway.from_esr import files
    from esr_gateway.from_esr.importing import Progress as ImportProgress
    from esr_gateway.gateway import assemble
    from esr_gateway.trust_lock import trust_lock
    from esrlink.ids import new_id

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), DownloadColumn(), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip
    with bar:
        task = bar.add_task("Preparing the databases", total=size)

        def people(count: int) -> None:
            bar.update(task, description=f"Looking at people: {count:,}")

        def read(count: int) -> None:
            bar.update(task, completed=count, description="Reading rows")

        async with gateway_database(data_dir) as (settings, database, clock):
            gateway = assemble(settings, database, clock, new_id, progress=ImportProgress(read, people))
            receiver = gateway.receiver
            async with trust_lock(database, vpd, wait=settings.lock_wait):
                bar.update(task, description="Archiving")
                draft = receiver.archive.draft()
                await asyncio.to_thread(shutil.copyfile, path, draft)
                file_id = await receiver.archive_file(vpd, path.name, draft)
                await receiver.work_through(vpd)
            async with database.read([vpd]) as tx:
                return await files.find_file(tx, file_id)


@asynccontextmanager
async def gateway_database(data_dir: Path | None) -> AsyncIterator[tuple[Settings, Any, Clock]]:
    """The gateway's database: of the try-out in `data_dir`, or of the settings in the environment."""
    from esr_gateway.bootstrap import service
    from esr_gateway.settings import Settings
    from esrlink.runtime import open_database
    from esrlink.tryout import TryOut

    server = None
    clock: Clock = SystemClock()
    if data_dir is None:
        settings = Settings()
    else:
        tryout = TryOut(data_dir, definitions=[service])
        server = await asyncio.to_thread(tryout.prepare)
        found = tryout.settings(service, server)
        assert isinstance(found, Settings)  # noqa: S101 - the definition says so
        settings, clock = found, MovableClock(data_dir / "clock.json")
    database = open_database(service, settings, clock)
    try:
        yield settings, database, clock
    finally:
        await database.close()
        if server is not None:
            await asyncio.to_thread(server.stop)


def _report(found: Any) -> None:
    if found.state == "imported":
        console.print(
            f"[green]Imported[/green] {found.name}: {found.rows:,} rows, {found.rows_set_aside:,} set aside,"
            f" {found.people_changed:,} people changed, {found.people_gone:,} gone."
        )
        if found.seen_again:
            console.print("The same file had come before; nothing was done twice.")
        if found.rows_without_parent:
            console.print(f"{found.rows_without_parent:,} rows wait for their person or position.")
    else:
        console.print(f"[red]{found.state.replace('_', ' ').capitalize()}[/red] {found.name}: {found.reason}")
