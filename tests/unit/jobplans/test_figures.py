"""Figures as providers write them: read exactly, or kept as they came; never taken for 0."""

import json
from decimal import Decimal

import pytest

from jobplan_adapter.plans.plan import MOST_PAS, Reading, read_figure


@pytest.mark.parametrize(
    ("written", "figure"),
    [("7.5", "7.5"), (" 7.50 ", "7.5"), (10, "10"), ("10.0", "10"), (Decimal("0.25"), "0.25"), ("0", "0"), ("+1", "1")],
)
def test_a_figure_is_read_whether_it_comes_as_number_or_text(written: object, figure: str) -> None:
    assert read_figure(written, most=MOST_PAS) == Reading(value=Decimal(figure))


@pytest.mark.parametrize(
    "written", ["n/a", "7,5", "-1", "1e3", "41", "7.5 + 1", "NaN", float("inf"), True, [7], {"pas": 1}, "9" * 5000]
)
def test_what_is_no_plausible_figure_is_unreadable_with_its_raw_text(written: object) -> None:
    read = read_figure(written, most=MOST_PAS)

    assert read.value is None
    assert read.raw == (json.dumps(written) if isinstance(written, list | dict) else str(written)[:200])


@pytest.mark.parametrize("written", [None, ""])
def test_a_figure_that_is_not_stated_is_neither_zero_nor_unreadable(written: object) -> None:
    assert read_figure(written, most=MOST_PAS) == Reading()


def test_the_same_figure_written_otherwise_is_the_same_content() -> None:
    assert (
        read_figure("7.50", most=MOST_PAS).model_dump_json()
        == read_figure(Decimal("7.5"), most=MOST_PAS).model_dump_json()
    )


def test_the_raw_text_is_one_that_the_database_can_keep() -> None:
    assert read_figure("n\x00/\ud800a", most=MOST_PAS) == Reading(raw="n/a")
