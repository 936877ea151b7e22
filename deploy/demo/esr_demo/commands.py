"""The command `esrlink demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

demo_command = typer.Typer(help="Run the whole story on invented people, then keep serving it.")


@demo_command.callback(invoke_without_command=True)
def demo(
    once: Annotated[bool, typer.Option("--once", help="Check the story, then exit with 0 or 1.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin again from nothing.")] = False,
    data_dir: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".esrlink/demo"),
    port: Annotated[int, typer.Option(help="The hub's port.")] = 8700,
) -> None:
    """Run the story. One that was interrupted goes on where it was; `--fresh` begins again."""
    from esr_demo.run import run_demo

    console = Console()
    try:
        good = asyncio.run(run_demo(console, data_dir.resolve(), port=port, once=once, fresh=fresh))
    except KeyboardInterrupt:
        console.print("Stopped. The same command goes on from here.")
        good = True
    raise typer.Exit(0 if good else 1)
