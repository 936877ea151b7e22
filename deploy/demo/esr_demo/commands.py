"""The command `esrlink demo`."""

from __future__ import annotations

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
    bus: Annotated[str | None, typer.Option(help="Tell it on Kafka: kafka://host:port.")] = None,
) -> None:
    """Run the story. One that was interrupted goes on where it was; `--fresh` begins again."""
    from esr_demo.run import is_told, run_demo
    from esrlink.runtime import run
    from esrlink.telling import told_plainly

    console, folder = Console(), data_dir.resolve()
    with told_plainly():
        good = run(run_demo(console, folder, port=port, once=once, fresh=fresh, bus=bus))
    if good is None:
        good = is_told(folder)
        console.print("Stopped." if good else "Stopped before the end. The same command goes on from here.")
    raise typer.Exit(0 if good else 1)
