"""`esrlink topics`: the topics on Kafka as ESR Link declares them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer
from pydantic import AliasChoices, Field, SecretStr
from rich.console import Console
from rich.table import Table

from esrlink.observability.logs import configure_logs
from esrlink.settings import EnvironmentSettings
from esrlink.telling import told_plainly

if TYPE_CHECKING:
    from esrlink.bus.kafka import KafkaSettings
    from esrlink.bus.kafka.topics import Difference

topics_command = typer.Typer(
    name="topics", help="The topics on Kafka: make them, and see what differs.", no_args_is_help=True
)
console = Console()


class _Address(EnvironmentSettings):
    bus_url: SecretStr = Field(default=SecretStr(""), validation_alias=AliasChoices("ESRLINK_BUS_URL"))


@topics_command.command("diff")
def diff_command() -> None:
    """Show what is not as declared. Exit status 1 when something is."""
    from esrlink.bus.kafka.topics import differences

    configure_logs()
    with told_plainly():
        found = asyncio.run(differences(*_cluster()))
        _show(found, "All topics are as declared.")
        raise typer.Exit(1 if found else 0)


@topics_command.command("apply")
def apply_command() -> None:
    """Make the topics that are missing and set what differs; tell what is left that it may not change."""
    from esrlink.bus.kafka.topics import apply, differences

    configure_logs()
    with told_plainly():
        mended = asyncio.run(apply(*_cluster()))
        _show(mended, "All topics were as declared already.")
        left = asyncio.run(differences(*_cluster()))
        if left:
            console.print("Left as it is, for the people who run the cluster:")
            _show(left, "")


def _cluster() -> tuple[list[str], KafkaSettings]:
    from esrlink.bus.kafka import KafkaSettings, servers_of

    url = _Address().bus_url.get_secret_value()
    if not url.startswith("kafka://"):
        raise typer.BadParameter("set ESRLINK_BUS_URL to kafka://host:port: only that bus has topics to make")
    try:
        return servers_of(url), KafkaSettings()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _show(found: list[Difference], none: str) -> None:
    if not found:
        console.print(none)
        return
    table = Table("Topic", "What", "Is", "Declared")
    for one in found:
        table.add_row(one.topic, one.what, one.is_so, one.should_be)
    console.print(table)
