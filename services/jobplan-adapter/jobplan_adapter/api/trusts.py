"""`/v1/trusts`: which trusts use the service, with their departments and providers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.http import problem_responses
from jobplan_adapter.api.callers import Administrator, require_whole_trust
from jobplan_adapter.api.paths import VpdPath
from jobplan_adapter.settings import Settings
from jobplan_adapter.trusts import TrustSettings, check_token_files, get_trust, put_trust

_EXAMPLE = {
    "ods_code": "RPG",
    "name": "Northcliffe University Hospitals",
    "departments": [
        {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics", "specialties": ["Anaesthetics"]}
    ],
    "providers": [
        {
            "name": "sard",
            "kind": "sard",
            "url": "https://northcliffe.sard.example",
            "email": "esr-link@northcliffe.example",
            "token_file": "/run/secrets/sard-277",
            "identity_field": "ui_employee_number",
            "poll_seconds": 3600,
        },
        {"name": "sas-doctors", "kind": "upload"},
    ],
}


class TrustAnswer(TrustSettings):
    """A trust's configuration."""

    vpd: str


def router(database: Database, clock: Clock, settings: Settings) -> APIRouter:
    """The routes of trusts."""
    routes = APIRouter(prefix="/v1/trusts", tags=["trusts"], responses=problem_responses(401, 403, 404, 422))

    @routes.put("/{vpd}", summary="Set a trust up, or change its configuration", operation_id="putTrust")
    async def put(
        vpd: VpdPath,
        body: Annotated[
            TrustSettings, Body(openapi_examples={"one that is asked, one by uploads": {"value": _EXAMPLE}})
        ],
        principal: Administrator,
    ) -> TrustAnswer:
        """Idempotent. Plans of a provider that is left out stay, and are polled no more."""
        require_whole_trust(principal, vpd)
        check_token_files(body, settings)
        async with database.write([vpd]) as tx:
            await put_trust(tx, vpd, body, by=principal.subject, now=clock.now())
        return _answer(vpd, body)

    @routes.get("/{vpd}", summary="Read a trust's configuration", operation_id="getTrust")
    async def read(vpd: VpdPath, principal: Administrator) -> TrustAnswer:
        """Tokens are not in it: a provider names the file that holds its token."""
        principal.require_vpd(vpd)
        async with database.read([vpd]) as tx:
            return _answer(vpd, (await get_trust(tx, vpd)).settings)

    return routes


def _answer(vpd: str, settings: TrustSettings) -> TrustAnswer:
    return TrustAnswer.model_validate({"vpd": vpd, **settings.model_dump()})
