"""Health: `/live` (the process runs), `/ready` (it can do its work), `/metrics` (for Prometheus). They tell nothing of anyone."""

from __future__ import annotations

from contextlib import suppress

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from esrlink.bus.backlog import backlog
from esrlink.db.database import Database
from esrlink.db.tenancy import EVERY_TRUST
from esrlink.status import Backlog
from esrlink.web.wording import listed

# Events that wait longer than this say that the bus does not take them: the service still answers, but is degraded.
_LATE_SECONDS = 30


class Health(BaseModel):
    """What `/ready` answers."""

    state: str = Field(
        examples=["ready"], description="ready, degraded (answers, but not all events go on) or not_ready"
    )
    detail: str = Field(examples=["The database answers and events are published."])


def degraded(behind: Backlog) -> list[str]:
    """What does not go on, in sentences; nothing for a service that keeps up."""
    late = (behind.outbox_oldest_seconds or 0) > _LATE_SECONDS
    return [*(["Events wait for the bus."] if late else []), *stopped_lanes(behind)]


def stopped_lanes(behind: Backlog) -> list[str]:
    """The topics that are not consumed, in a sentence."""
    topics = behind.stopped_topics
    if not topics:
        return []
    are = "is" if len(topics) == 1 else "are"
    return [f"{listed(topics)} {are} not consumed: too many messages in a row failed. What comes waits on the bus."]


def health_router(database: Database) -> APIRouter:
    """The three routes for the service with this database."""
    router = APIRouter(tags=["health"])

    @router.get("/live", summary="The process runs")
    async def live() -> Health:
        return Health(state="live", detail="The process runs.")

    @router.get("/ready", summary="The service can do its work", responses={503: {"model": Health}})
    async def ready(response: Response) -> Health:
        try:
            async with database.read(EVERY_TRUST) as tx:
                behind = await backlog(tx, service=database.service)
        except (SQLAlchemyError, OSError):
            response.status_code = 503
            return Health(state="not_ready", detail="The database does not answer. See the runbook `database-down`.")
        if limps := degraded(behind):
            return Health(state="degraded", detail=" ".join(["Requests are answered.", *limps]))
        return Health(state="ready", detail="The database answers and events are published.")

    @router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
    async def metrics() -> Response:
        # The gauges must be right for an alert even where nobody asks for readiness.
        with suppress(SQLAlchemyError, OSError):
            async with database.read(EVERY_TRUST) as tx:
                await backlog(tx, service=database.service)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
