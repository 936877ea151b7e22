"""The command `esrlink reporting`."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

reporting_command = typer.Typer(
    name="reporting", help="Central Reporting: tables and reports from the topics.", no_args_is_help=True
)
console = Console()

Vpds = Annotated[list[str] | None, typer.Option("--vpd", help="A trust; may be given several times.")]
AllTrusts = Annotated[bool, typer.Option("--all-trusts", help="Every trust; nobody sees them all by accident.")]
Month = Annotated[str | None, typer.Option("--to", help="Last month, such as 2026-08; this month when left out.")]
FromMonth = Annotated[str | None, typer.Option("--from", help="First month; eleven before the last when left out.")]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Where the tables are; ESRLINK_REPORTING_DATA_DIR when left out.", show_default=False),
]


@reporting_command.command()
def run() -> None:
    """Consume the topics for ever, and export what changed now and then."""
    from esr_reporting.asking import settings_with_bus
    from esr_reporting.running import run_reporting
    from esrlink.bus.connect import bus_from_url
    from esrlink.clock import SystemClock
    from esrlink.observability.logs import configure_logs
    from esrlink.runtime import run as run_until_signal
    from esrlink.telling import told_plainly

    configure_logs()
    with told_plainly():
        settings = settings_with_bus()
        run_until_signal(run_reporting(settings, bus_from_url(settings.bus_url.get_secret_value()), SystemClock()))


@reporting_command.command()
def reports() -> None:
    """List the reports, each with what it tells."""
    from esr_reporting.report import all_reports

    table = Table("Report", "What it tells", box=None, padding=(0, 2))
    for report in all_reports():
        table.add_row(report.name, report.summary)
    console.print(table)


@reporting_command.command()
def report(
    name: Annotated[str, typer.Argument(help="Its name, as `esrlink reporting reports` lists it.")],
    vpd: Vpds = None,
    all_trusts: AllTrusts = False,
    first: FromMonth = None,
    last: Month = None,
    as_of: Annotated[str | None, typer.Option(help="The day to take for today, such as 2026-08-31.")] = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How to write it.")] = "table",
    data_dir: DataDir = None,
) -> None:
    """Answer a question about some trusts and months."""
    from esr_reporting import asking
    from esr_reporting.output import as_csv, as_json, show
    from esr_reporting.question import asked, unheard_of
    from esr_reporting.report import report_named, run_report
    from esrlink.clock import SystemClock
    from esrlink.telling import told_plainly

    with told_plainly():
        wanted, clock = report_named(name), SystemClock()
        question = asking.question(asking.trusts(vpd, all_trusts=all_trusts), first, last, as_of, clock)
        settings = asking.settings_of(data_dir)
        with asked(asking.build_in_use(settings, clock), question, memory=settings.memory) as connection:
            if unknown := unheard_of(connection):
                Console(stderr=True).print(f"No event of trust {', '.join(unknown)} has come yet.")
            answer = run_report(wanted, connection)
        if form == "table":
            show(answer, question, console)
        else:
            sys.stdout.write(as_csv(answer) if form == "csv" else as_json(answer))


@reporting_command.command()
def export(
    vpd: Vpds = None,
    all_trusts: AllTrusts = False,
    to: Annotated[Path | None, typer.Option(help="Where to; ESRLINK_REPORTING_EXPORT_DIR when left out.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write what changed as Parquet: TABLE/vpd=277/month=2026-08/part.parquet."""
    from esr_reporting import asking
    from esr_reporting.export import export as export_tables
    from esrlink.clock import SystemClock
    from esrlink.telling import told_plainly

    with told_plainly():
        vpds, settings = asking.trusts(vpd, all_trusts=all_trusts), asking.settings_of(data_dir)
        build, folder = asking.build_in_use(settings, SystemClock()), to or settings.parquet_dir
        with console.status("Exporting"):
            done = export_tables(build, folder, memory=settings.memory, vpds=vpds)
        console.print(f"{folder}: {done.written} written, {done.unchanged} unchanged, {done.removed} removed")


@reporting_command.command()
def rebuild(
    topic: Annotated[
        list[str] | None, typer.Option(help="A topic of events that were published again; may be given several times.")
    ] = None,
    quiet: Annotated[float, typer.Option(help="Complete when no message has come for so many seconds.")] = 15.0,
    anyway: Annotated[bool, typer.Option("--anyway", help="Even when the bus no longer has everything.")] = False,
    afresh: Annotated[bool, typer.Option("--afresh", help="Throw away a rebuild that was begun.")] = False,
) -> None:
    """Build the tables anew from the oldest message on the bus, beside those in use, and then use the new ones."""
    from esr_reporting.asking import settings_with_bus
    from esr_reporting.rebuild import rebuild as build_anew
    from esr_reporting.running import POLL, builds_of, consumer_of
    from esrlink.bus.connect import bus_from_url
    from esrlink.clock import SystemClock
    from esrlink.observability.logs import configure_logs
    from esrlink.runtime import run as run_until_signal
    from esrlink.telling import told_plainly

    configure_logs("WARNING", human=console.is_terminal)
    with told_plainly():
        settings, clock = settings_with_bus(), SystemClock()
        builds = builds_of(settings, clock)
        if afresh:
            builds.abandon()
        consumer = consumer_of(settings, bus_from_url(settings.bus_url.get_secret_value()), clock, topics=topic or ())
        work = build_anew(
            builds, consumer, memory=settings.memory, quiet=timedelta(seconds=quiet), poll=POLL, anyway=anyway
        )
        with console.status("Reading the topics from their oldest message"):
            done = run_until_signal(work)
    if done is None:
        console.print("Stopped before the end. The same command goes on from here.")
        raise typer.Exit(1)
    table = Table("Table", "Rows", "Missing", box=None, padding=(0, 2))
    for name, rows in done.rows.items():
        table.add_row(name, f"{rows:,}", f"{done.missing.get(name, 0):,}")
    console.print(table)
    console.print("The new tables are in use.")


@reporting_command.command()
def status(
    alive_within: Annotated[
        float | None, typer.Option(help="Only exit with 1 unless the consumer went round within so many seconds.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Say what came last, how late, and what was set aside."""
    from esr_reporting.asking import settings_of
    from esr_reporting.output import show_status
    from esr_reporting.running import builds_of
    from esr_reporting.status import seen, status_of
    from esrlink.clock import SystemClock
    from esrlink.telling import told_plainly

    with told_plainly():
        settings = settings_of(data_dir)
        builds = builds_of(settings, SystemClock())
        last = seen(builds)
        if alive_within is None:
            show_status(status_of(builds, memory=settings.memory), console)
    if alive_within is not None and (last is None or last > timedelta(seconds=alive_within)):
        raise typer.Exit(1)
