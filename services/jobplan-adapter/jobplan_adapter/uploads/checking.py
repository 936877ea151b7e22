"""Reading a file that somebody uploads, over the API and on the page alike. Pure, and slow enough to need a thread."""

from __future__ import annotations

from esrlink.http.table_files import table_of
from jobplan_adapter.providers.upload_reading import Uploaded, read_upload

# A plan has some twenty lines, and a trust three thousand plans.
_MOST_ROWS = 100_000


def read_file(content: bytes, identity: str, *, most_bytes: int) -> Uploaded:
    """Its people and plans with what is wrong with its rows; `identity` names the column of the ESR number.

    Raises `Invalid` for what is too large, or no table of job plans.
    """
    table = table_of(content, "file of job plans", most_bytes=most_bytes, most_rows=_MOST_ROWS)
    return read_upload(table, identity)
