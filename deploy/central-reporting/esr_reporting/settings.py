"""The settings of Central Reporting: `ESRLINK_REPORTING_*`, and the address of the bus, which it shares with the services."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from esrlink.settings import EnvironmentSettings


class ReportingSettings(EnvironmentSettings):
    """Read from the environment, or from files in the folder that `ESRLINK_SECRETS_DIR` names."""

    model_config = SettingsConfigDict(env_prefix="ESRLINK_REPORTING_")

    bus_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("ESRLINK_BUS_URL"),
        description="The bus, as for the services. Only `run` and `rebuild` need it",
    )
    data_dir: Path = Field(default=Path(".esrlink/reporting"), description="Where the tables are kept (a local disk)")
    group: str = Field(
        default="central-reporting",
        pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$",
        description="Consumer groups begin with this; each file of tables has a group of its own",
    )
    replay_topics: str = Field(
        default="",
        description="Further topics to read, comma-separated: where `esrlink replay --to-topic` put events again",
    )
    export_dir: Path | None = Field(
        default=None, description="Where Parquet is written; the folder `parquet` beside the tables when left out"
    )
    # A quarter of an hour old is new for a report, and an export looks through all tables.
    export_every: timedelta = Field(
        default=timedelta(minutes=15), description="How often `run` exports what changed; 0 for never"
    )
    # Enough for tables of tens of millions of rows; DuckDB goes on to disk beyond it.
    memory: str = Field(
        default="512MB", pattern=r"^\d+(MB|GB)$", description="The most memory that DuckDB uses in one process"
    )

    @property
    def topics_of_replays(self) -> tuple[str, ...]:
        """`replay_topics`, taken apart."""
        return tuple(topic.strip() for topic in self.replay_topics.split(",") if topic.strip())

    @property
    def parquet_dir(self) -> Path:
        """Where Parquet is written."""
        return self.export_dir or self.data_dir / "parquet"
