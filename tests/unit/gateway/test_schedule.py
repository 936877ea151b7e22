"""When an exchange is looked at next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from esr_gateway.exchange.schedule import next_turn
from esr_gateway.trust_settings import ExchangeSettings

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)


def settings(**changes: Any) -> ExchangeSettings:
    given = {"host": "h", "user": "u", "password_file": Path("p"), "host_key": "k", "supplier": "LNK"}
    return ExchangeSettings(**{**given, **changes})


def test_an_exchange_that_was_never_looked_at_is_due_now() -> None:
    assert next_turn(settings(), None, NOW) == NOW
    assert next_turn(settings(poll_cron="0 5 * * *"), None, NOW) == NOW


def test_a_pause_counts_from_the_last_look_whoever_took_it() -> None:
    assert next_turn(settings(poll_seconds=90), NOW, NOW + timedelta(hours=1)) == NOW + timedelta(seconds=90)


def test_a_turn_that_passed_while_nobody_ran_is_due() -> None:
    last = NOW - timedelta(days=3)
    assert next_turn(settings(poll_cron="*/10 5-9 * * MON-FRI"), last, NOW) < NOW


def test_a_last_look_in_the_future_counts_for_nothing() -> None:
    assert next_turn(settings(), NOW + timedelta(days=365), NOW) == NOW


@pytest.mark.parametrize(
    ("last", "turn"),
    [
        pytest.param("2026-08-03T04:00+00:00", "2026-08-03T04:30+00:00", id="summer: 05:30 in London is 04:30 in UTC"),
        pytest.param("2026-12-03T04:00+00:00", "2026-12-03T05:30+00:00", id="winter"),
        pytest.param("2026-10-24T04:30+00:00", "2026-10-25T05:30+00:00", id="the night the clocks go back"),
        pytest.param("2026-03-28T05:30+00:00", "2026-03-29T04:30+00:00", id="the night they go forward"),
        pytest.param("2028-02-28T05:30+00:00", "2028-02-29T05:30+00:00", id="a leap day"),
    ],
)
def test_a_schedule_is_in_london_time(last: str, turn: str) -> None:
    given = settings(poll_cron="30 5 * * *")
    assert next_turn(given, datetime.fromisoformat(last), NOW + timedelta(days=999)) == datetime.fromisoformat(turn)


def test_a_turn_in_the_hour_that_comes_twice_or_never_comes_once() -> None:
    given, far = settings(poll_cron="30 1 * * *"), NOW + timedelta(days=999)
    autumn = next_turn(given, datetime(2026, 10, 24, 12, tzinfo=UTC), far)
    assert next_turn(given, autumn, far).date().isoformat() == "2026-10-26", "not twice in one night"
    spring = next_turn(given, datetime(2026, 3, 28, 12, tzinfo=UTC), far)
    assert spring.date().isoformat() == "2026-03-29", "and not left out when its hour is skipped"
