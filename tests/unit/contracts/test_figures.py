"""Figures on the wire: plain decimal text, whatever the arithmetic left behind."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from esrlink.contracts import RunTotal

WRITTEN = {"1": "1", "7.50": "7.50", "1E+3": "1000", "0E-8": "0.00000000", "-0.5": "-0.5"}


def total(units: str) -> RunTotal:
    return RunTotal(name="EXTRA", lines=1, units=Decimal(units))


@pytest.mark.parametrize(("figure", "text"), WRITTEN.items(), ids=WRITTEN)
def test_a_figure_is_written_without_an_exponent(figure: str, text: str) -> None:
    assert json.loads(total(figure).model_dump_json())["units"] == text


def test_a_figure_that_would_fill_the_memory_is_not_written_out() -> None:
    assert len(total("1E+999999").model_dump_json()) < 100


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_refused(figure: str) -> None:
    with pytest.raises(ValidationError):
        total(figure)
