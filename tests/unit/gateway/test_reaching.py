"""Which run a record reaches, and what is said when it is not the one that its department may have hoped for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from esr_gateway.to_esr.reaching import run_for


def period(number: int, *, is_open: bool = True, missed: str | None = None, period_type: str = "M") -> Any:
    """Its cut-off is at noon of the 5th, its pay on the 27th of the same month."""
    return SimpleNamespace(
        run_code=f"{period_type}N27{number:02d}",
        pay_name=f"Pay {number}",
        period_type=period_type,
        cut_off=datetime(2026, number, 5, 12, 0, tzinfo=UTC),
        pay_date=date(2026, number, 27),
        is_open=is_open,
        missed=missed,
    )


MARCH = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
BEFORE, AFTER = MARCH - timedelta(hours=1), MARCH + timedelta(hours=1)
NEXT_DAY_AFTER_PAY = datetime(2026, 3, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "approved_at", "told", "reached", "code"),
    [
        pytest.param([period(3), period(4)], BEFORE, None, "MN2703", None, id="in time"),
        pytest.param([period(3), period(4)], MARCH, None, "MN2703", None, id="at the very moment"),
        pytest.param([period(3), period(4)], AFTER, None, "MN2704", "late", id="after the cut-off"),
        pytest.param([period(3), period(4)], NEXT_DAY_AFTER_PAY, None, "MN2704", None, id="after its pay"),
        pytest.param([period(3, is_open=False), period(4)], BEFORE, None, "MN2704", "late", id="come after the run"),
        pytest.param(
            [period(3, is_open=False, missed="roll"), period(4)], BEFORE, "MN2703", "MN2704", "rolled", id="rolled"
        ),
        pytest.param([period(2), period(3)], BEFORE, "MN2703", "MN2703", None, id="told before, and still so"),
        pytest.param([period(3), period(4)], BEFORE, "MN2704", "MN2703", "moved", id="an earlier run was added"),
        pytest.param([period(3), period(4)], BEFORE, "MN2799", "MN2703", None, id="told of one that is gone"),
        pytest.param(
            [period(3, is_open=False, period_type="W"), period(4)], BEFORE, None, "MN2704", None, id="another pay's"
        ),
    ],
)
def test_a_record_is_told_its_run_and_why_it_is_a_later_one(
    calendar: list[Any], approved_at: datetime, told: str | None, reached: str, code: str | None
) -> None:
    found = run_for(calendar, approved_at, told)
    assert found is not None
    assert (found.period.run_code, found.code) == (reached, code)
    assert (found.reason is None) == (code is None)
    if found.reason:
        assert found.period.pay_name in found.reason


def test_without_an_open_run_nothing_is_promised() -> None:
    assert run_for([period(3, is_open=False)], BEFORE, None) is None
