"""The command line `esrlink`. Services and the sandbox add commands of their own through the entry points `esrlink.commands`."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from esrlink.audit_command import audit_command
from esrlink.dead_letters_command import dead_letters_command
from esrlink.observability.logs import configure_logs
from esrlink.replay_command import replay_command
from esrlink.telling import told_plainly
from esrlink.topics_command import topics_command
from esrlink.version import VERSION

if TYPE_CHECKING:
    from esrlink.runtime import Definition
    from esrlink.settings import ServiceSettings

main = typer.Typer(
    name="esrlink", help="ESR Link: an open ESR hub.", no_args_is_help=True, pretty_exceptions_show_locals=False
)
console = Console()

DataDir = Annotated[Path, typer.Option(help="Where the try-out keeps its data.", envvar="ESRLINK_DATA_DIR")]


@main.command()
def up(
    data_dir: DataDir = Path(".esrlink"),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
    bus: Annotated[str | None, typer.Option(help="Try it on Kafka: kafka://host:port.")] = None,
) -> None:
    """Try the whole hub in this process: all services, their database, the bus, the pages, sign-in without passwords."""
    from esrlink.runtime import run
    from esrlink.tryout import TryOut

    configure_logs(human=console.is_terminal)
    hub = TryOut(data_dir, port, kafka_url=bus)
    console.print(f"ESR Link {VERSION} at [bold]{hub.url}[/bold] (stop with Ctrl-C)")
    with told_plainly():
        run(hub.run())


@main.command()
def serve(
    service: Annotated[str, typer.Argument(help="The service's name, such as esr-gateway.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
) -> None:
    """Run one service as a process of its own, by the settings in its environment."""
    from esrlink.runtime import run, run_service

    configure_logs()
    definition = _definition(service)
    with told_plainly():
        run(run_service(definition, host=host, port=port))


@main.command()
def site(
    services: Annotated[str, typer.Option(help="Where the services are: name=address, comma-separated.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
) -> None:
    """Run the overview and sign-in pages as a process of their own, beside services that run by themselves."""
    from esrlink.clock import SystemClock
    from esrlink.runtime import listen, run
    from esrlink.runtime import serve as serve_app
    from esrlink.settings import SiteSettings
    from esrlink.site import create_site

    configure_logs()
    pairs = [pair.partition("=") for pair in services.split(",")]
    if not all(name and address for name, _, address in pairs):
        raise typer.BadParameter(
            "write name=address, with commas between, such as submittals=http://host:8000/submittals"
        )
    with told_plainly():
        app = create_site(SiteSettings(), {name: address for name, _, address in pairs}, clock=SystemClock())
        with listen(host, port) as listening:
            run(serve_app(app, {}, listening))


@main.command()
def databases(
    administrator: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="File with the address of a role that may make others.")
    ],
) -> None:
    """Make each service's database and its two roles by their addresses in the settings. It may run any number of times."""
    from esrlink.db.provisioning import Wanted, make_databases
    from esrlink.runtime import installed_services
    from esrlink.settings import Mode

    wanted, buses = [], set()
    for definition in installed_services():
        settings = definition.settings(mode=Mode.TRYOUT)
        running = settings.database_url.get_secret_value()
        wanted.append(Wanted(definition.name, _owner_url(definition, settings), running))
        buses.add(settings.bus_url.get_secret_value())
    wanted += [Wanted("bus", url) for url in buses if url.startswith("postgresql")]
    with told_plainly():
        make_databases(administrator.read_text("utf-8").strip(), wanted)
    for one in wanted:
        console.print(f"{one.name}: there")


@main.command()
def migrate(
    service: Annotated[str | None, typer.Argument(help="One service; all of them when left out.")] = None,
    data_dir: DataDir = Path(".esrlink"),
    tryout: Annotated[bool, typer.Option("--tryout", help="The try-out's own databases.")] = False,
) -> None:
    """Bring databases up to date. In production, run it with the owner's address before the new version starts."""
    from esrlink.db.migrations import upgrade
    from esrlink.db.urls import role_of
    from esrlink.runtime import installed_services
    from esrlink.settings import Mode
    from esrlink.tryout import TryOut

    if tryout:
        TryOut(data_dir).prepare().stop()
        console.print("The try-out's databases are up to date.")
        return
    for definition in [_definition(service)] if service else installed_services():
        # A migration needs the two addresses, and nothing of what production needs to serve.
        settings = definition.settings(mode=Mode.TRYOUT)
        owner = _owner_url(definition, settings)
        with told_plainly():
            upgrade(definition.migrations, owner, app_role=role_of(settings.database_url.get_secret_value()))
        console.print(f"{definition.name}: up to date")


@main.command()
def doctor(
    data_dir: DataDir = Path(".esrlink"),
    port: Annotated[int, typer.Option(help="The port that the hub is to use.")] = 8700,
) -> None:
    """Say what is wrong with this set-up and how to mend it. Exit status 1 when something is."""
    from esrlink.doctor import examine

    findings = examine(data_dir, port)
    table = Table("", "What", "Finding", "What to do")
    for finding in findings:
        table.add_row(
            "[green]ok[/green]" if finding.good else "[red]!![/red]",
            finding.what,
            finding.is_so,
            "" if finding.good else finding.mend,
        )
    console.print(table)
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


@main.command(hidden=True)
def reference(
    release: Annotated[bool, typer.Option(help="Keep the schemas of the events as those of this version.")] = False,
) -> None:
    """For developers: write the reference pages that are made from the code."""
    from esrlink import reference as made
    from esrlink.runtime import installed_services

    made.write(installed_services(), Path("docs/reference"))
    if release:
        with told_plainly():
            for change in made.release(Path("tests/contract/events/released"), VERSION):
                console.print(str(change))


@main.command(hidden=True)
def revision(service: str, message: str, data_dir: DataDir = Path(".esrlink/revision")) -> None:
    """For developers: write the next migration of a service by comparing its tables with a database at its head."""
    from alembic import command
    from sqlalchemy import create_engine

    from esrlink.db.migrations import alembic_config, upgrade
    from esrlink.db.urls import sqlalchemy_url
    from esrlink.embedded import EmbeddedPostgres

    definition = _definition(service)
    server = EmbeddedPostgres((data_dir / service).resolve())
    server.drop_database("revision")
    server.ensure_database("revision")
    owner_url = server.owner_url("revision")
    upgrade(definition.migrations, owner_url, app_role=None)
    engine = create_engine(sqlalchemy_url(owner_url))
    with engine.connect() as connection:
        number = len(list((definition.migrations / "versions").glob("[0-9]*.py"))) + 1
        command.revision(
            alembic_config(definition.migrations, connection), message, autogenerate=True, rev_id=f"{number:04d}"
        )
    engine.dispose()
    server.stop()


def _definition(name: str) -> Definition:
    from esrlink.runtime import installed_services

    services = {definition.name: definition for definition in installed_services()}
    if name not in services:
        raise typer.BadParameter(f"no service {name!r}; there are: {', '.join(services)}")
    return services[name]


def _owner_url(definition: Definition, settings: ServiceSettings) -> str:
    url = settings.migration_url.get_secret_value()
    if not url:
        variable = f"{definition.name.upper().replace('-', '_')}_MIGRATION_URL"
        raise typer.BadParameter(f"set {variable} to the address of the role that owns the tables")
    return url


main.command("replay")(replay_command)
main.add_typer(topics_command)
main.add_typer(dead_letters_command)
main.add_typer(audit_command)
for _point in sorted(entry_points(group="esrlink.commands"), key=lambda point: point.name):
    main.add_typer(_point.load(), name=_point.name)
