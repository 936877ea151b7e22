"""Layouts check themselves, and say what is known of each file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from esr_gateway.layout import all_layouts, data_warehouse, outbound, written

WIDTHS = {
    "PR": 44, "AS": 51, "PO": 24, "OR": 16, "LC": 22, "AB": 48, "TR": 30, "EL": 26, "CO": 16, "CM": 27, "CD": 16, "QL": 13,
    "ST": 58, "ET": 57, "PI": 57, "DT": 15,
}  # fmt: skip


def raw() -> dict[str, Any]:
    return tomllib.loads(files("esr_gateway").joinpath("layouts", "go_data_warehouse.toml").read_text())


def test_all_sixteen_records_have_their_columns() -> None:
    assert {code: record.width for code, record in data_warehouse().record.items()} == WIDTHS


def test_each_layout_says_how_sure_it_is() -> None:
    assert {layout.name: layout.provenance for layout in all_layouts()} == {
        "go-data-warehouse": "published",
        "time-and-attendance": "reported",
        "absence": "assumed",
        "confirmation": "assumed",
        "snapshot-request": "published",
    }
    assert written("attendance").columns == 40


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda r: r["record"]["PR"]["required"].append("Nothing"), id="a required column that is not there"
        ),
        pytest.param(lambda r: r["record"]["PR"]["columns"].append("Title"), id="a column twice"),
        pytest.param(lambda r: r["record"]["PR"]["sensitive"].append("Person ID"), id="an id that is not kept"),
        pytest.param(lambda r: r["record"]["PR"].pop("effective_to"), id="date-tracked by half"),
        pytest.param(lambda r: r.update(file_name="GO_.*"), id="a name without its parts"),
        pytest.param(lambda r: r.update(provenance="certain"), id="a provenance that does not exist"),
    ],
)
def test_a_layout_with_a_mistake_is_refused_when_it_is_loaded(spoil: Any) -> None:
    layout = raw()
    outbound(layout)
    spoil(layout)
    with pytest.raises(ValidationError):
        outbound(layout)
