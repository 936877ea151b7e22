"""`esrlink exchange-test --vpd N`: try a trust's exchange step by step from the gateway's own machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from esr_gateway.commands import gateway_database

if TYPE_CHECKING:
    from esr_gateway.exchange.trial import Trial

exchange_test_command = typer.Typer(help="Try a trust's exchange with ESR, step by step.")
console = Console()
_BY = "command line"
_SIGNS = {"ok": "[green]ok     [/green]", "failed": "[red]FAILED [/red]", "skipped": "[dim]skipped[/dim]"}


@exchange_test_command.callback(invoke_without_command=True)
def exchange_test(
    vpd: Annotated[str, typer.Option(help="The trust's VPD: three digits.")],
    data_dir: Annotated[
        Path | None,
        typer.Option(help="A try-out's data; the configured databases if left out.", envvar="ESRLINK_DATA_DIR"),
    ] = None,
) -> None:
    """Try every step, say in plain words how each went, and leave nothing at the server. Exit status 1 if a step failed."""
    trial = asyncio.run(_try(vpd, data_dir))
    for step in trial.steps:
        console.print(f"{_SIGNS[step.outcome]} {step.title}: {step.sentence}", soft_wrap=True, highlight=False)
        if step.advice:
            console.print(f"        What to do: {step.advice}", soft_wrap=True, highlight=False)
    raise typer.Exit(0 if trial.works else 1)


async def _try(vpd: str, data_dir: Path | None) -> Trial:
    from esr_gateway.exchange.by_hand import try_now
    from esr_gateway.gateway import assemble
    from esr_gateway.trusts import find_trust
    from esrlink.errors import EsrLinkError
    from esrlink.ids import new_id

    async with gateway_database(data_dir) as (settings, database, clock):
        poller = assemble(settings, database, clock, new_id).poller
        try:
            async with database.read([vpd]) as tx:
                trust = await find_trust(tx, vpd)
            return await try_now(poller, trust, by=_BY, timeout=settings.exchange_timeout)
        except EsrLinkError as problem:
            raise typer.BadParameter(problem.detail, param_hint="--vpd") from None
