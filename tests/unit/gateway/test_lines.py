"""Lines: figures as payroll means them, and no cell that breaks its row."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_gateway.layout import written
from esr_gateway.to_esr.lines import Unwritable, line_of, plain
from esr_gateway.to_esr.pay_file import write_line
from esr_gateway.trust_settings import ElementInput, ElementSettings, TrustSettings
from esrlink.contracts import SubmittalApproved
from tests.integration.gateway.conftest import attendance

DAY = date(2026, 8, 4)
INPUTS = tuple(ElementInput(name=name, figure=name) for name in ("units", "rate", "amount"))  # type: ignore[arg-type]


def settings(esr_element: str = "Extra") -> TrustSettings:
    element = ElementSettings(esr_element=esr_element, inputs=INPUTS)
    return TrustSettings(ods_code="RPG", name="Northcliffe", elements={"EL0": element})


def pairs(**figures: Any) -> list[str]:
    return [value for _, value in line_of(attendance("20000001", DAY, **figures), settings(), "REF-1", None).pairs]


@pytest.mark.parametrize(
    ("figures", "sent"),
    [
        pytest.param({"units": "1E+2", "rate": "1E+1"}, ["100", "10.00", "1000.00"], id="exponents"),
        pytest.param({"units": "2.50", "rate": "33.33"}, ["2.5", "33.33", "83.33"], id="half a penny goes up"),
        pytest.param({"units": "-2.5", "rate": "33.33"}, ["-2.5", "33.33", "-83.33"], id="and away from nought"),
        pytest.param({"units": "0", "rate": "5", "amount": "-0"}, ["0", "5.00", "0.00"], id="no minus before nought"),
        pytest.param({"units": "-1", "rate": "450"}, ["-1", "450.00", "-450.00"], id="negative"),
        pytest.param({"units": "1", "reversal": True}, ["-1", "450.00", "-450.00"], id="a reversal"),
        pytest.param({"units": "-1", "reversal": True}, ["-1", "450.00", "-450.00"], id="a reversal in negatives"),
        pytest.param(
            {"units": "0", "amount": "90", "reversal": True}, ["0", "450.00", "-90.00"], id="a reversal of an amount"
        ),
    ],
)
def test_figures_go_as_payroll_reads_them(figures: dict[str, Any], sent: list[str]) -> None:
    assert pairs(**figures) == sent


@pytest.mark.parametrize("figure", ["1E+999999999", "1E-999999999", "1000000", "-1000000", "0.0000001"])
@pytest.mark.parametrize("name", ["units", "rate", "amount"])
def test_a_figure_that_no_record_can_mean_is_held(name: str, figure: str) -> None:
    with pytest.raises(Unwritable) as held:
        pairs(**{name: Decimal(figure)})
    assert held.value.field == f"attendance.{name}"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-999_999, max_value=999_999, places=4))
def test_a_plain_figure_reads_back_as_the_same_figure(figure: Decimal) -> None:
    assert Decimal(plain(figure)) == figure
    assert "E" not in plain(figure)


ODD = "aB1 ,\"'\r\n\t=+@;~é"


@given(element=st.text(ODD, min_size=1, max_size=85), cost_code=st.text(ODD, max_size=65))
def test_a_row_reads_back_as_it_was_meant_or_is_held(element: str, cost_code: str) -> None:
    one: SubmittalApproved = attendance("20000001", DAY, cost_code=cost_code)
    try:
        written_row = write_line(written("attendance"), line_of(one, settings(element), "REF-1", None))
    except Unwritable as held:
        verdict = held
    else:
        [cells] = csv.reader([written_row], strict=True)
        assert (len(cells), cells[6], cells[-1]) == (40, element, cost_code)
        return
    assert verdict.reason.endswith(".")
