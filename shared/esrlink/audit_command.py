"""`esrlink audit verify`: follow the audit trails of services from the first entry to the last, trust by trust.

It works on the services' databases, so it needs their settings, and they need not run. It only reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from esrlink.observability.logs import configure_logs
from esrlink.telling import told_plainly

if TYPE_CHECKING:
    from esrlink.audit import BrokenChain
    from esrlink.runtime import Definition

audit_command = typer.Typer(name="audit", help="Who did what: the audit trails of the services.", no_args_is_help=True)
console = Console(soft_wrap=True)


@audit_command.callback()
def choose() -> None:
    """Check what is recorded of people's and clients' actions."""


@audit_command.command("verify")
def verify(
    service: Annotated[str | None, typer.Option(help="One service; every one that keeps a trail if left out.")] = None,
    data_dir: Annotated[Path, typer.Option(help="Where the try-out keeps its data.", envvar="ESRLINK_DATA_DIR")] = Path(
        ".esrlink"
    ),
    tryout: Annotated[bool, typer.Option("--tryout", help="The try-out's own databases.")] = False,
) -> None:
    """Say of each trust whether its trail is whole. Exit status 1 when one was changed, or an entry is missing."""
    from esrlink.runtime import installed_services

    configure_logs(level="WARNING")
    kept = {one.name: one for one in installed_services() if "audit_entry" in one.metadata.tables}
    if service is not None and service not in kept:
        raise typer.BadParameter(f"{service!r} keeps no audit trail; these do: {', '.join(kept)}")
    is_whole = True
    for name in [service] if service else kept:
        with told_plainly():
            chains = asyncio.run(_chains(kept[name], data_dir, tryout=tryout))
        is_whole &= _tell(name, chains)
    raise typer.Exit(0 if is_whole else 1)


async def _chains(definition: Definition, data_dir: Path, *, tryout: bool) -> Mapping[str, BrokenChain | int]:
    """What became of following each trust's chain."""
    from esrlink.audit import verify as follow
    from esrlink.clock import SystemClock
    from esrlink.db.register import registered_vpds
    from esrlink.runtime import open_database
    from esrlink.settings import Mode
    from esrlink.tryout import TryOut

    server = None
    if tryout:
        hub = TryOut(data_dir, definitions=[definition])
        server = hub.prepare()
        settings = hub.settings(definition, server)
    else:
        # It needs the database's address, and nothing of what production needs to serve.
        settings = definition.settings(mode=Mode.TRYOUT)
    database = open_database(definition, settings, SystemClock())
    try:
        async with database.read() as tx:
            vpds = await registered_vpds(tx)
        async with database.read(vpds) as tx:
            return {vpd: await follow(tx, vpd) for vpd in vpds}
    finally:
        await database.close()
        if server is not None:
            server.stop()


def _tell(name: str, chains: Mapping[str, BrokenChain | int]) -> bool:
    """Say what was found, and whether all of it is whole."""
    if not chains:
        console.print(f"{name}: no trust is set up yet.")
    for vpd, found in chains.items():
        if isinstance(found, int):
            whole = f"whole up to entry {found:,}" if found else "nothing was recorded yet"
            console.print(f"{name}, trust {vpd}: [green]{whole}.[/green]")
        else:
            console.print(
                f"{name}, trust {vpd}: [red]entry {found.number:,} {found.what}.[/red] The {found.number - 1:,} before it are "
                "whole. Compare with a backup, and find out who can write to this database."
            )
    return all(isinstance(found, int) for found in chains.values())
