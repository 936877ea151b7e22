"""Cut-offs: which pay a record reaches when it is approved now, and which one it has missed.

A run takes everything that is approved before its cut-off, so what a record can reach is always the next one. It is late
when the first cut-off after its first day has passed already. Only normal runs of the trust's period type are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, text, true
from sqlalchemy.dialects.postgresql import distinct_on, insert

from esrlink.clock import LONDON
from esrlink.contracts import CalendarChanged
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question
from submittals.tables import calendar, cut_off

_NORMAL = text("SELECT run_code, pay_name, at FROM cut_off WHERE vpd = :vpd AND run_code LIKE :pattern ORDER BY at")


@dataclass(frozen=True, slots=True)
class Closing:
    """One run's cut-off."""

    run_code: str
    pay_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """The pay that a record reaches. `pay_name` is the pay it belongs to; when that is missed, `rolls_to` names the next.

    `missed` is how many cut-offs it has missed.
    """

    next_cut_off: datetime | None = None
    pay_name: str | None = None
    rolls_to: str | None = None
    missed: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PayCalendar:
    """A trust's cut-offs, earliest first."""

    closings: tuple[Closing, ...] = ()
    # The records of a batch share some days and one moment.
    _known: dict[tuple[date, datetime], Reach] = field(default_factory=dict, compare=False, repr=False)

    def following(self, moment: datetime) -> Closing | None:
        """The first cut-off after a moment."""
        return next((closing for closing in self.closings if closing.at > moment), None)

    def reach(self, first_day: date, now: datetime) -> Reach:
        """What a record whose first day is `first_day` reaches when it is approved now."""
        asked = first_day, now
        if asked not in self._known:
            self._known[asked] = self._reach(first_day, now)
        return self._known[asked]

    def _reach(self, first_day: date, now: datetime) -> Reach:
        coming = self.following(now)
        if coming is None:
            return Reach()
        day_over = datetime.combine(first_day + timedelta(days=1), datetime.min.time(), LONDON)
        own = self.following(day_over)
        if own is None or own.at >= coming.at:
            return Reach(coming.at, coming.pay_name)
        missed = sum(own.at <= closing.at < coming.at for closing in self.closings)
        return Reach(coming.at, own.pay_name, coming.pay_name, missed)


async def apply_calendar(tx: WriteTx, event: CalendarChanged, now: datetime) -> bool:
    """Take over a trust's calendar. Past cut-offs stay, since they say what is late; coming ones become the event's."""
    statement = insert(calendar).values(vpd=event.vpd, revision=event.revision)
    statement = statement.on_conflict_do_update(
        index_elements=["vpd"],
        set_={"revision": statement.excluded.revision},
        where=calendar.c.revision < statement.excluded.revision,
    )
    if (await tx.execute(statement.returning(calendar.c.vpd))).first() is None:
        return False
    await tx.execute(delete(cut_off).where(cut_off.c.vpd == event.vpd, cut_off.c.at > now))
    rows = {
        c.run.code: {
            "vpd": event.vpd,
            "run_code": c.run.code,
            "pay_name": c.pay_name,
            "at": c.cut_off,
            "pay_date": c.pay_date,
        }
        for c in event.cut_offs
    }
    if rows:
        put = insert(cut_off).values(list(rows.values()))
        names = ("pay_name", "at", "pay_date")
        await tx.execute(
            put.on_conflict_do_update(
                index_elements=["vpd", "run_code"], set_={name: put.excluded[name] for name in names}
            )
        )
    return True


async def load(tx: ReadTx, vpd: str, period_type: str) -> PayCalendar:
    """The trust's normal cut-offs of that period type."""
    return await tx.answer(calendar_of(vpd, period_type))


def calendar_of(vpd: str, period_type: str) -> Question[PayCalendar]:
    """The same as a question."""
    values = {"vpd": vpd, "pattern": f"{period_type}N%"}
    return Question(_NORMAL, values, lambda rows: PayCalendar(tuple(Closing(*row) for row in rows)))


def is_normal(run_code: str) -> bool:
    """Whether it is a normal run. A run's code has its period type, then N (normal) or S (supplementary), such as MS2705."""
    return run_code[1:2] == "N"


async def coming(tx: ReadTx, vpds: Sequence[str], now: datetime, *, normal: bool = False) -> dict[str, Closing]:
    """The next cut-off of each of these trusts, of any run, or of a normal one only."""
    statement = (
        select(cut_off)
        .ext(distinct_on(cut_off.c.vpd))
        .where(cut_off.c.vpd == func.any(list(vpds)), cut_off.c.at > now)
        .where(true() if not normal else func.substr(cut_off.c.run_code, 2, 1) == "N")
        .order_by(cut_off.c.vpd, cut_off.c.at)
    )
    return {row.vpd: Closing(row.run_code, row.pay_name, row.at) for row in await tx.all(statement)}
