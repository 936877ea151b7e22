"""How a provider that a trust configured is reached: each with credentials, pace and patience of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from pydantic import SecretStr

from esrlink.db import Database
from jobplan_adapter.polling.polls import Connect
from jobplan_adapter.providers.configuration import ProviderSettings, SardSettings
from jobplan_adapter.providers.pace import Pace
from jobplan_adapter.providers.port import JobPlanProvider, ProviderRefused
from jobplan_adapter.providers.sard import Patience, SardAccess, SardProvider
from jobplan_adapter.providers.upload import UploadProvider
from jobplan_adapter.settings import Settings


def connector(settings: Settings, database: Database) -> Connect:
    """Opens a trust's provider for one poll."""

    @asynccontextmanager
    async def connect(vpd: str, provider: ProviderSettings) -> AsyncIterator[JobPlanProvider]:
        if isinstance(provider, SardSettings):
            async with _sard(settings, provider) as source:
                yield source
        else:
            yield UploadProvider(database, vpd, provider.name)

    return connect


@asynccontextmanager
async def _sard(settings: Settings, provider: SardSettings) -> AsyncIterator[SardProvider]:
    # The token is read for each poll, so that it can be changed while the service runs.
    try:
        token = (await asyncio.to_thread(provider.token_file.read_text, "ascii")).strip()
    except (OSError, ValueError) as error:
        raise ProviderRefused("The token file of the provider cannot be read. Check its path and rights.") from error
    access = SardAccess(str(provider.url), provider.email, SecretStr(token), provider.identity_field)
    timeout = _seconds(provider.request_timeout_seconds, settings.request_timeout)
    budget = _seconds(provider.retry_budget_seconds, settings.retry_budget)
    async with httpx.AsyncClient(timeout=timeout.total_seconds()) as http:
        yield SardProvider(
            http,
            access,
            pace=Pace(provider.requests_per_second or settings.requests_per_second),
            patience=Patience(timeout, budget, settings.retry_attempts, settings.retry_pause),
            page_size=provider.page_size or settings.page_size,
        )


def _seconds(own: float | None, usual: timedelta) -> timedelta:
    return usual if own is None else timedelta(seconds=own)
