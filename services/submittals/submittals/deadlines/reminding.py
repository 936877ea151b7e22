"""Makes the reminders of a round: one for each department that still has records open, and each approver they wait for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import structlog

from esrlink import crash
from esrlink.clock import Clock
from esrlink.contracts import PayRun, SubmittalReminderDue
from esrlink.db import Database, WriteTx
from esrlink.db.register import registered_vpds
from esrlink.ids import NewId
from submittals.deadlines.addresses import DEPARTMENT_ITSELF, Place, recipients
from submittals.deadlines.chase import Chased, ChaseList, Scene, scene_of
from submittals.deadlines.holders import place_of
from submittals.deadlines.lead_times import hours_before
from submittals.deadlines.letters import Reminder, letter_of
from submittals.deadlines.mail import add_mail, forget_old
from submittals.deadlines.rounds import Round, round_due, take_turn, trusts_to_look_at
from submittals.deadlines.waiting_records import blocks

log = structlog.get_logger()


class Reminding:
    """Makes the rounds that are due. With `sends_mail` they go out as e-mails too; `home` is the address of the pages."""

    def __init__(self, database: Database, clock: Clock, new_id: NewId, *, sends_mail: bool, home: str) -> None:
        self.database = database
        self._clock = clock
        self._new_id = new_id
        self._sends_mail = sends_mail
        self._home = home

    async def look(self) -> int:
        """Make what is due of every trust. How many reminders."""
        async with self.database.read() as tx:
            vpds = await registered_vpds(tx)
        async with self.database.read(vpds) as tx:
            found = await trusts_to_look_at(tx, vpds, self._clock.now())
        return sum([await self.remind(vpd) for vpd in found])

    async def remind(self, vpd: str) -> int:
        """Make the round of a trust that is due, if there is one. How many reminders."""
        now = self._clock.now()
        async with self.database.read([vpd]) as tx:
            scene = await scene_of(tx, vpd, now)
            closing = scene.turn.closing
            due = closing and await round_due(tx, vpd, closing, (await hours_before(tx, [vpd]))[vpd], now)
        if not due:
            return 0
        reminders = await self._reminders(scene)
        async with self.database.write([vpd]) as tx:
            if not await take_turn(tx, vpd, due, len(reminders), now):
                return 0
            tx.emit(*(self._event(scene, due, one) for one in reminders))
            mails = await self._write(tx, scene, due, reminders) if self._sends_mail else 0
            await forget_old(tx, vpd, now)
            crash.point("submittals.reminders.before_commit")
        log.info("reminders.made", vpd=vpd, run=due.closing.run_code, reminders=len(reminders), mails=mails)
        return len(reminders)

    async def _reminders(self, scene: Scene) -> list[Reminder]:
        """What waits for this cut-off or has missed its own; what belongs to a later pay is left in peace."""
        turn = scene.turn
        by_department, by_approver = ChaseList("department", scene), ChaseList("approver", scene)
        async for records in blocks(self.database, scene.vpd, None):
            near = [record for record in records if turn.when(record.first_day) != "later"]
            by_department.count(near)
            by_approver.count(near)
        lines: Iterable[Chased] = by_approver.lines()
        return [_reminder(line) for line in (*by_department.lines(), *(one for one in lines if one.approver))]

    def _event(self, scene: Scene, due: Round, one: Reminder) -> SubmittalReminderDue:
        return SubmittalReminderDue(
            vpd=scene.vpd,
            reminder_id=self._new_id(),
            product=one.product,
            department=one.department,
            approver=one.approver or None,
            run=pay_run(due.closing.run_code),
            pay_name=due.closing.pay_name,
            cut_off=due.closing.at,
            hours_before=due.hours_before,
            **{f"to_{task}": count for task, count in one.tasks.items()},
            late=one.late,
            occurred_at=scene.now,
        )

    async def _write(self, tx: WriteTx, scene: Scene, due: Round, reminders: Sequence[Reminder]) -> int:
        """Queue one digest for each recipient who has not said no. How many."""
        by_place: dict[Place, list[Reminder]] = {}
        for one in reminders:
            by_place.setdefault(_place(one), []).append(one)
        own: dict[UUID, list[Reminder]] = {}
        for recipient in await recipients(tx, scene.vpd, places=set(by_place)):
            if recipient.unsubscribed_at is None:
                own.setdefault(recipient.recipient_id, []).extend(by_place[recipient.place])
        names = {(one.product, one.department): one.name for one in scene.trust.departments}
        rows = []
        for recipient_id, theirs in own.items():
            letter = letter_of(
                theirs,
                trust_name=scene.trust.name,
                names=names,
                closing=due.closing,
                after=scene.turn.after,
                link=self._home + ("queues/validate" if all(one.approver for one in theirs) else "chase"),
            )
            row = {"vpd": scene.vpd, "mail_id": self._new_id(), "recipient_id": recipient_id}
            rows.append({**row, "subject": letter.subject, "body": letter.body, "useless_after": due.closing.at})
        await add_mail(tx, rows, scene.now)
        return len(rows)


def _reminder(line: Chased) -> Reminder:
    return Reminder(line.product, line.department, line.approver, dict(line.tally.tasks), line.tally.late)


def _place(one: Reminder) -> Place:
    """Whose address it goes to: an approver from elsewhere has theirs where their profile is."""
    if not one.approver:
        return one.product, one.department, DEPARTMENT_ITSELF
    return place_of(one.product, one.department, one.approver)


def pay_run(code: str) -> PayRun:
    """The run that a code such as MN2705 names."""
    return PayRun.model_validate(
        {"period_type": code[0], "run": code[1], "tax_year": int(code[2:4]), "period": int(code[4:])}
    )
