"""The review queue as a file, CSV or a workbook: what the page shows, as far as its limit goes."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from esrlink.auth.trust_choice import vpds_shown
from esrlink.errors import Invalid
from esrlink.http.spreadsheet import csv_answer
from profile_sync.dashboard.desk import Desk, NameReader
from profile_sync.dashboard.review_filter import asked_of
from profile_sync.reviews.queue import waiting
from profile_sync.reviews.reading import departments_of, read_items
from profile_sync.reviews.sheet import COLUMNS, MOST_ROWS, cells
from profile_sync.workbooks import workbook_answer


def router(desk: Desk) -> APIRouter:
    """The files at `/reviews.csv` and `/reviews.xlsx`."""
    page = APIRouter()

    @page.get("/reviews.{format_}")
    async def download(request: Request, reader: NameReader, format_: Literal["csv", "xlsx"]) -> Response:
        asked = asked_of(desk, request, reader)
        if asked.is_forgotten:
            raise Invalid(
                "What you typed is not kept any longer. Go back to the queue, and type it once more.", field="look"
            )
        wanted, vpds = asked.wanted(desk.parts.clock.now()), vpds_shown(request, reader)
        async with desk.database.read(vpds) as tx:
            found, following = await waiting(tx, vpds, reader.departments, wanted, limit=MOST_ROWS)
            items = await read_items(tx, found)
            names = await departments_of(tx, vpds)
        rows = [
            cells(one, names[one.profile.vpd, one.profile.place.product, one.profile.place.department]) for one in items
        ]
        # What is left out must be told where the file is, too.
        name = f"reviews-first-{MOST_ROWS}.{format_}" if following else f"reviews.{format_}"
        if format_ == "csv":
            return csv_answer(name, COLUMNS, rows)
        return workbook_answer(name, "Reviews", COLUMNS, rows)

    return page
