"""The payroll calendar of an invented trust: twelve monthly pay periods of the tax year that ends in April 2027.

Period 1 is April. The cut-off is noon on the 2nd of the month after the period, moved to the working day before when
the 2nd is a weekend or a bank holiday of England and Wales.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

TAX_YEAR_ENDING = 2027


@dataclass(frozen=True)
class PayPeriod:
    """One pay period. `yy` and `pp` are as file names carry them; `cut_off` is local time in Europe/London."""

    period_type: str
    yy: str
    pp: str
    start: date
    end: date
    cut_off: str
    pay_date: date


def pay_periods(tax_year_ending: int = TAX_YEAR_ENDING) -> tuple[PayPeriod, ...]:
    """Return the monthly pay periods, April first."""
    closed = holidays.country_holidays("GB", subdiv="ENG", years=range(tax_year_ending - 1, tax_year_ending + 1))
    return tuple(_period(number, tax_year_ending, closed) for number in range(1, 13))


def _period(number: int, tax_year_ending: int, closed: holidays.HolidayBase) -> PayPeriod:
    month = (number + 2) % 12 + 1
    year = tax_year_ending - 1 if number <= 9 else tax_year_ending
    start = date(year, month, 1)
    end = date(year, month, calendar.monthrange(year, month)[1])
    cut_off = _working_day_on_or_before(end + timedelta(days=2), closed)
    pay_date = _working_day_on_or_before((end + timedelta(days=1)).replace(day=27), closed)
    return PayPeriod(
        "M", f"{tax_year_ending % 100:02d}", f"{number:02d}", start, end, f"{cut_off:%Y-%m-%d}T12:00", pay_date
    )


def _working_day_on_or_before(day: date, closed: holidays.HolidayBase) -> date:
    while day.weekday() >= 5 or day in closed:
        day -= timedelta(days=1)
    return day
