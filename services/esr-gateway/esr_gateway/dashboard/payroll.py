"""The pages of what goes to ESR: runs with their lines, files and records, and the payroll calendar."""

from __future__ import annotations

from fastapi import APIRouter

from esr_gateway.dashboard import (
    calendar,
    open_run,
    record,
    record_acting,
    run,
    run_file,
    run_lines,
    run_sign,
    runs,
    supplementary,
)
from esr_gateway.dashboard.desk import Desk

# What has an address of its own under `runs/` stands before `run`, whose address takes any name.
_PAGES = (runs, supplementary, open_run, run, run_lines, run_sign, run_file, record, record_acting, calendar)


def router(desk: Desk) -> APIRouter:
    """All of them."""
    site = APIRouter()
    for page in _PAGES:
        site.include_router(page.router(desk))
    return site
