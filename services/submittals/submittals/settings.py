"""What can be set for the submittals service: nothing beyond what every service has, but for the size of a batch."""

from __future__ import annotations

from pydantic_settings import SettingsConfigDict

from esrlink.settings import ServiceSettings

# A department's month is some hundred records; 5,000 is a whole trust's backlog in one call and fits the body limit.
BATCH_LIMIT = 5_000


class Settings(ServiceSettings):
    """Settings of the submittals service, read from `SUBMITTALS_*` (shared ones from `ESRLINK_*`)."""

    model_config = SettingsConfigDict(env_prefix="SUBMITTALS_")
