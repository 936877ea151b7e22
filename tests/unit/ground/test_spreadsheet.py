"""CSV for spreadsheets: what stands in a cell is anybody's, and is never a formula."""

from __future__ import annotations

import csv
import io

import pytest

from esrlink.http.spreadsheet import csv_text, harmless


@pytest.mark.parametrize("text", ["=1+1", "+44", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1-2", "-2+3"])
def test_no_cell_is_taken_for_a_formula(text) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-450.00", "-1", "0", "12.5", "AMU - extra", "O'Brien", 7])
def test_figures_and_plain_words_stay_as_they_are(value) -> None:
    assert harmless(value) == str(value)


def test_what_is_absent_is_an_empty_cell_and_quotes_are_kept_apart() -> None:
    text = csv_text(("a", "b"), [(None, 'say "x", y')])
    assert list(csv.reader(io.StringIO(text))) == [["a", "b"], ["", 'say "x", y']]
