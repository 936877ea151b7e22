"""The rules on overlaps and double claims once more, from their words alone: slow, plain, and none of the rules' own code.

Every half day is a bit of a number and every minute of work a bit of another, so that two records clash where their bits do.
Written for `test_clashes_by_brute_force`, which sets it against the rules; it calls nothing of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ORIGIN = date(2026, 1, 1)
HORIZON = 500  # days; an open absence goes on until here, and no record lies further out
_DAY = 24 * 60

Said = tuple[str, str, str]
"""Code, severity, and "department (product)", as pages name both, of the other record, or nothing."""


@dataclass
class Told:
    """One record of one person, as plain values. `first` and `last` are days; `halves` of an absence are its half days."""

    key: str
    product: str
    department: str
    kind: str
    first: date
    last: date | None = None
    start_part: str = "full"
    end_part: str = "full"
    absence_type: str = "Sickness"
    starts: time | None = None
    ends: time | None = None
    session: str | None = None
    sent: bool = False
    closes: str | None = None

    @property
    def place(self) -> str:
        name = {"clwrota": "CLWRota", "medirota": "Medirota"}.get(self.product, self.product)
        return f"{self.department} ({name})"

    @property
    def is_open(self) -> bool:
        return self.kind == "absence" and self.last is None

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        if self.starts is None or self.ends is None:
            return None
        begins, ends = datetime.combine(self.first, self.starts), datetime.combine(self.first, self.ends)
        return begins, ends + timedelta(days=1) if ends <= begins else ends

    def half_days(self, last: date | None, end_part: str) -> int:
        """A bit for each half day of leave."""
        final = last or ORIGIN + timedelta(days=HORIZON)
        begins = (self.first - ORIGIN).days * 2 + (1 if self.start_part == "afternoon" else 0)
        ends = (final - ORIGIN).days * 2 + (1 if last and end_part == "morning" else 2)
        return (1 << ends) - (1 << begins)


def minutes(times: tuple[datetime, datetime]) -> dict[date, int]:
    """Of each day that the work touches: a bit for each of its minutes that was worked."""
    bits: dict[date, int] = {}
    moment, ends = times
    while moment < ends:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time())
        first, last = _minute(moment), _minute(min(ends, midnight)) or _DAY
        bits[moment.date()] = (1 << last) - (1 << first)
        moment = midnight
    return bits


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


@dataclass
class Known:
    """A record that was accepted, with its bits."""

    told: Told
    half_days: int
    minutes: dict[date, int]


def known(told: Told) -> Known:
    """The record with its bits."""
    away = told.half_days(told.last, told.end_part) if told.kind == "absence" else 0
    return Known(told, away, minutes(told.times) if told.times else {})


def judged(told: Told, accepted: list[Known]) -> list[Said]:
    """What the rules on overlaps, double claims, closings and rest say of a record beside those accepted before it."""
    mine = known(told)
    opening = next(
        (k for k in accepted if told.closes and _source(k.told) == (told.product, told.department, told.closes)), None
    )
    closings = [k for k in accepted if k.told.closes]
    others = []
    for other in accepted:
        shut = [k for k in closings if _source(other.told) == (k.told.product, k.told.department, k.told.closes)]
        # An open absence and its closing are one, with the closing's end.
        if not shut or other is opening:
            others.append(other)
    if told.kind == "absence":
        return _absence(told, mine, others, opening, closings)
    return _attendance(told, mine, others) + _rest(told, others)


def _source(told: Told) -> tuple[str, str, str]:
    return told.product, told.department, told.key


def _absence(told: Told, mine: Known, others: list[Known], opening: Known | None, closings: list[Known]) -> list[Said]:
    said: list[Said] = []
    if told.closes:
        if opening is None or not opening.told.is_open:
            said.append(("closing_unknown", "error", ""))
        else:
            first = opening.told
            same = [
                (told.absence_type, first.absence_type),
                (told.first, first.first),
                (told.start_part, first.start_part),
            ]
            said += [("closing_differs", "error", "")] * sum(1 for a, b in same if a != b)
        if opening and any(
            _source(opening.told) == (k.told.product, k.told.department, k.told.closes) for k in closings
        ):
            said.append(("closed_already", "error", ""))
    for other in others:
        if other.told.kind == "absence":
            same_opening = opening is not None and _closes(other.told, opening.told)
            if other is opening or same_opening or not mine.half_days & other.half_days:
                continue
            equal = mine.half_days == other.half_days
            if other.told.sent and equal and told.absence_type == other.told.absence_type:
                said.append(("duplicate_of_sent", "error", other.told.place))
                continue
            said.append(("absence_overlaps", "error", other.told.place))
            if equal and told.product != other.told.product:
                said.append(("duplicate_across_products", "warning", other.told.place))
        else:
            said += _both(other, mine, other.told.place)
    return said


def _closes(one: Told, opening: Told) -> bool:
    return one.closes == opening.key and (one.product, one.department) == (opening.product, opening.department)


def _attendance(told: Told, mine: Known, others: list[Known]) -> list[Said]:
    said: list[Said] = []
    doubtful = set()
    for other in others:
        if other.told.kind == "absence":
            said += _both(mine, other, other.told.place)
            continue
        same_day = told.first == other.told.first
        if mine.minutes and other.minutes:
            twice = any(bits & other.minutes.get(day, 0) for day, bits in mine.minutes.items())
        else:
            twice = same_day and (told.session or "").lower() == (other.told.session or "").lower()
        if twice:
            said.append(("duplicate_of_sent" if other.told.sent else "double_claim", "error", other.told.place))
            if told.product != other.told.product and told.times and other.told.times:
                apart = [abs(a - b) for a, b in zip(told.times, other.told.times, strict=True)]
                if max(apart) <= timedelta(minutes=10):
                    said.append(("duplicate_across_products", "warning", other.told.place))
        elif same_day and not (mine.minutes and other.minutes) and other.told.place != told.place:
            doubtful.add(other.told.place)
    return said + [("possible_double_claim", "warning", place) for place in doubtful]


def _both(work: Known, leave: Known, place: str) -> list[Said]:
    """Extra work and leave: whole days clash, halves by the times (noon is 13:00), nights by the morning they end in."""
    day = (work.told.first - ORIGIN).days
    morning, afternoon = (bool(leave.half_days >> (day * 2 + half) & 1) for half in (0, 1))
    if not morning and not afternoon:
        midnight = datetime.combine(work.told.first + timedelta(days=1), time())
        into = bool(leave.half_days >> (day * 2 + 2) & 1) and work.told.times and work.told.times[1] > midnight
        return [("may_be_during_absence", "warning", place)] if into else []
    if morning and afternoon:
        return [("attendance_during_absence", "error", place)]
    if work.told.times is None:
        return [("may_be_during_absence", "warning", place)]
    noon = datetime.combine(work.told.first, time(13))
    clash = work.told.times[0] < noon if morning else work.told.times[1] > noon
    return [("attendance_during_absence", "error", place)] if clash else []


def _rest(told: Told, others: list[Known]) -> list[Said]:
    """Minute by minute: from each start runs a day; if this record begins in it, 11 hours in a row must be free."""
    if told.times is None:
        return []
    starts, worked = [told.times[0]], [minutes(told.times)]
    for other in others:
        if other.told.times and abs((other.told.first - told.first).days) <= 1:
            starts.append(other.told.times[0])
            worked.append(other.minutes)
    for begins in starts:
        if not begins <= told.times[0] < begins + timedelta(days=1):
            continue
        busy = 0
        for day in (0, 1):
            for bits in worked:
                busy |= bits.get(begins.date() + timedelta(days=day), 0) << day * _DAY
        shown = format(busy >> _minute(begins) & ((1 << _DAY) - 1), f"0{_DAY}b")
        if max(len(free) for free in shown.split("1")) < 11 * 60:
            return [("rest_time_short", "warning", "")]
    return []
