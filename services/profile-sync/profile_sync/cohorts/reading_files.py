"""A cohort's plan out of a file that somebody sends: CSV, or an Excel workbook."""

from __future__ import annotations

from esrlink.http import table_files
from esrlink.http.table_files import MOST_BYTES, Table

__all__ = ["MOST_BYTES", "Table", "table_of"]


def table_of(content: bytes) -> Table:
    """The rows of the file, the heading first. Raises `Invalid`, with a sentence for whoever sent the file."""
    return table_files.table_of(content, "plan")
