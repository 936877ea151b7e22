"""How numbers, times and states are said on a page, in one place so that four services say them alike.

Times are shown in UK local time, because cut-offs are; the machine-readable attribute keeps the zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")

# Words from the life of records, files and services, to the colour of their tag. An unknown word is grey.
STATE_COLOURS: Mapping[str, str] = {
    **dict.fromkeys(("up", "landed", "accepted", "matched", "imported", "validated", "approved", "settled"), "green"),
    **dict.fromkeys(("sent", "scheduled", "enriched", "received", "uploaded", "running", "frozen", "sending"), "blue"),
    **dict.fromkeys(
        ("pending", "waiting", "possible", "open", "unknown", "degraded", "held", "differs", "waiting_for_gap"),
        "yellow",
    ),
    **dict.fromkeys(("down", "rejected", "missing", "quarantined", "parked", "failed", "unmatched"), "red"),
    **dict.fromkeys(("returned", "late"), "orange"),
}
# Rota products as their users write them; another one is called by its key.
_PRODUCTS: Mapping[str, str] = {"clwrota": "CLWRota", "medirota": "Medirota"}
_TONE_COLOURS = {"good": "green", "warning": "yellow", "bad": "red", "neutral": "grey"}


def state_colour(state: str) -> str:
    """The tag's colour for a state or a tone."""
    return STATE_COLOURS.get(state) or _TONE_COLOURS.get(state, "grey")


def product(key: str) -> str:
    """A rota product's name."""
    return _PRODUCTS.get(key, key)


def counted(count: int, unit: str, plural: str | None = None) -> str:
    """A count with its unit: 1 line, 2 lines, 1,240 events. `plural` where it is not the unit with an s."""
    return f"{number(count)} {unit if count == 1 else plural or f'{unit}s'}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as 95.8%; "none yet" when there is nothing to share."""
    return "none yet" if share is None else f"{share:.1%}"


def money(amount: str | float | Decimal) -> str:
    """Pounds and pence: £30,160.00, or -£450.00."""
    pounds = Decimal(str(amount))
    return f"{'-' if pounds < 0 else ''}£{abs(pounds):,.2f}"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def number(value: str | float) -> str:
    """A count with thousands separated (12,345); text stays as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value if isinstance(value, str) else str(value)  # a marked text stays one
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


def day(value: date) -> str:
    """3 August 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """3 Aug 2026, 17:00, in UK time."""
    local = value.astimezone(UK)
    return f"{local.day} {local:%b %Y, %H:%M}"


def duration(seconds: float) -> str:
    """A length of time in its two largest units at most: 45 seconds, 3 minutes, 2 hours 5 minutes, 4 days."""
    whole = round(seconds)
    if whole < 60:
        return _plural(whole, "second")
    if whole < 3600:
        return _plural(whole // 60, "minute")
    if whole < 86_400:
        hours, minutes = _plural(whole // 3600, "hour"), whole % 3600 // 60
        return f"{hours} {_plural(minutes, 'minute')}" if minutes else hours
    return _plural(whole // 86_400, "day")


def relative(value: datetime, now: datetime) -> str:
    """in 3 hours, 5 minutes ago, just now."""
    gap = value - now
    if abs(gap) < timedelta(seconds=10):
        return "just now"
    said = duration(abs(gap.total_seconds()))
    return f"in {said}" if gap > timedelta() else f"{said} ago"


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
