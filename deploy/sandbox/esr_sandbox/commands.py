"""The command `esrlink sandbox`: runs the sandbox alone, or writes a big GO file."""

import asyncio
import signal
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from esr_sandbox.errors import SandboxError
from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.trusts import TRUSTS, trust_of

sandbox_command = typer.Typer(help="A simulated ESR and SARD with invented people, to develop and test against.")

_ROOT = Path(".esrlink/sandbox")


@sandbox_command.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    root: Annotated[
        Path, typer.Option(help="Folder that keeps everything; the same folder goes on where it was.")
    ] = _ROOT,
) -> None:
    """Run the sandbox until Ctrl-C."""
    if context.invoked_subcommand is None:
        try:
            asyncio.run(_serve(root.resolve()))
        except SandboxError as error:
            Console(stderr=True).print(f"[red]{error.sentence}")
            raise typer.Exit(1) from None


@sandbox_command.command("generate-go")
def generate_go(
    rows: Annotated[int, typer.Option(min=1, help="Data rows, between header and trailer.")] = 100_000,
    vpd: Annotated[str, typer.Option(help="Trust.")] = "277",
    out: Annotated[Path, typer.Option(help="Folder for the file.")] = Path(),
    asof: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day of the snapshot.")] = None,
) -> None:
    """Write a valid GO snapshot (GDR) of that many rows; memory stays flat."""
    from esr_sandbox.esr.bulk import write_snapshot

    trust = trust_of(vpd)
    console = Console()
    if trust is None:
        known = ", ".join(trust.vpd for trust in TRUSTS)
        console.print(f"[red]The sandbox has no trust {vpd}; it has {known}.")
        raise typer.Exit(2)
    settings = SandboxSettings()
    day: date = asof.date() if asof else settings.anchor
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Writing rows", total=rows)
        file = write_snapshot(
            trust, rows, out, seed=settings.seed, asof=day, progress=lambda done: progress.update(task, completed=done)
        )
    console.print(f"{file.rows:,} rows of {file.people:,} people:", end=" ")
    console.print(str(file.path), soft_wrap=True)


async def _serve(root: Path) -> None:
    from esr_sandbox.run import Sandbox

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Sandbox(root) as sandbox:
        table = Table(title="The sandbox is running", show_header=False, box=None)
        table.add_row("Control API", f"{sandbox.http_url}/docs")
        table.add_row("SARD", f"{sandbox.http_url}/sard/api/v1/users")
        settings = sandbox.settings
        table.add_row("", f"X-API-EMAIL {settings.sard_email}")
        table.add_row("", f"X-API-TOKEN {settings.sard_token.get_secret_value()}")
        table.add_row("SFTP", f"{settings.host} port {sandbox.sftp_port}")
        for trust in TRUSTS:
            table.add_row(f"Trust {trust.vpd}", f"hub-{trust.vpd} / {settings.password(trust.vpd)} ({trust.name})")
        table.add_row("Host key", str(sandbox.folders.host_key.with_name(sandbox.folders.host_key.name + ".pub")))
        table.add_row("Files", str(root))
        console = Console()
        console.print(table)
        console.print("Stop with Ctrl-C. Nothing here is real; run it for development only.")
        await stopped.wait()
