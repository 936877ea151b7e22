"""The loops: one that makes reminders before cut-offs, and one that sends their e-mails.

Crash-only, and any number of replicas may run them: a round and an e-mail each have a row that only one can take. Passing
faults of the database are waited out; a mail server in trouble is left alone for a while, which grows.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from esrlink import crash
from esrlink.bus.patience import patiently
from esrlink.clock import Clock
from esrlink.db import Database
from esrlink.db.register import registered_vpds
from esrlink.observability import metrics
from submittals.deadlines import mail
from submittals.deadlines.letters import footer
from submittals.deadlines.reminding import Reminding
from submittals.deadlines.smtp import Answer, Post
from submittals.deadlines.unsubscribing import UnsubscribeLinks

log = structlog.get_logger()

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


class MailServer(Protocol):
    """Takes e-mails."""

    async def send(self, post: Post) -> Answer:
        """Send one."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class ReminderLoop:
    """Looks for rounds that are due, for ever."""

    def __init__(self, reminding: Reminding, every: timedelta) -> None:
        self._reminding = reminding
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Look, again and again."""
        while True:
            await patiently(self._reminding.look, service=self._reminding.database.service, what="reminders")
            await asyncio.sleep(self._every)


class Posting:
    """Sends e-mails that are due, one after the other. `tries` are made for each before it is parked."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        server: MailServer,
        links: UnsubscribeLinks,
        *,
        sender: str,
        tries: int,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.database = database
        self._clock = clock
        self._server = server
        self._links = links
        self._domain = sender.rpartition("@")[2]
        self._tries = tries
        self._chance = chance
        self._failures = 0
        self._rests_until: datetime | None = None

    async def look(self) -> int:
        """Send all that is due of every trust, unless the server rests. How many were sent."""
        async with self.database.read() as tx:
            vpds = await registered_vpds(tx)
        async with self.database.read(vpds) as tx:
            now = self._clock.now()
            found = await mail.trusts_with_mail(tx, vpds, now)
            in_trouble = sum((await mail.troubled(tx, vpds, now - mail.RECENT)).values())
        metrics.MAIL_TROUBLED.labels(self.database.service).set(in_trouble)
        sent = 0
        try:
            for vpd in found:
                sent += await self._send_all(vpd)
        finally:
            await self._server.close()
        return sent

    async def _send_all(self, vpd: str) -> int:
        async with self.database.write([vpd]) as tx:
            await mail.lose(tx, vpd, self._clock.now())
        sent = 0
        while self._rests_until is None or self._clock.now() >= self._rests_until:
            # Once it is begun it is finished: cut short, nobody would know whether the server has it.
            turn = asyncio.ensure_future(self._next(vpd))
            try:
                verdict = await asyncio.shield(turn)
            except asyncio.CancelledError:
                await asyncio.wait([turn])
                raise
            if verdict is None:
                break
            sent += verdict == "sent"
        return sent

    async def _next(self, vpd: str) -> str | None:
        """Send the next e-mail, and note down what became of it. None when there is none."""
        now = self._clock.now()
        async with self.database.write([vpd]) as tx:
            row = await mail.claim(tx, vpd, now)
            if row is None:
                return None
            if end := _useless(row, now):
                await mail.settle(tx, row, *end, attempts=row.attempts - 1, due_at=now, now=now)
                return end[0]
        crash.point("submittals.mail.before_sending")
        answer = await self._server.send(self._post(row, now))
        crash.point("submittals.mail.sent")
        async with self.database.write([vpd]) as tx:
            await self._settle(tx, row, answer, now)
        return answer.verdict

    async def _settle(self, tx: Any, row: Any, answer: Answer, now: datetime) -> None:
        if answer.about_server:
            self._failures += 1
            self._rests_until = now + self._wait(self._failures)
            log.warning("mail.server_in_trouble", code=answer.code, failures=self._failures)
        else:
            self._failures, self._rests_until = 0, None
        if answer.verdict != "again":
            state = {"sent": "sent", "refused": "parked", "unknown": "unknown"}[answer.verdict]
            await mail.settle(tx, row, state, answer.code, attempts=row.attempts, due_at=now, now=now)
            return
        # A server that is away is not the e-mail's fault.
        attempts = row.attempts - answer.about_server
        state = "parked" if attempts >= self._tries else "waiting"
        due_at = self._rests_until or now + self._wait(attempts)
        await mail.settle(tx, row, state, answer.code, attempts=attempts, due_at=due_at, now=now)

    def _post(self, row: Any, now: datetime) -> Post:
        link = self._links.link(row.vpd, row.recipient_id)
        message_id = f"<{row.mail_id}@{self._domain}>"
        return Post(row.address, row.subject, row.body + footer(link), message_id, link, now)

    def _wait(self, failures: int) -> timedelta:
        """Twice as long after each failure, up to an hour, less up to a half by chance."""
        longest: timedelta = min(_FIRST_WAIT * 2 ** min(max(failures - 1, 0), 20), _LONGEST_WAIT)
        return longest * (1 - self._chance() / 2)


def _useless(row: Any, now: datetime) -> tuple[str, str] | None:
    """The state and the code of an e-mail that must not go out any more."""
    if row.address is None:
        return "dropped", "no_address"
    if row.unsubscribed_at is not None:
        return "dropped", "unsubscribed"
    return ("parked", "too_late") if now >= row.useless_after else None


class MailLoop:
    """Sends e-mails, for ever."""

    def __init__(self, posting: Posting, every: timedelta) -> None:
        self._posting = posting
        self._every = every.total_seconds()

    async def run(self) -> None:
        """Send what is due, again and again."""
        while True:
            await patiently(self._posting.look, service=self._posting.database.service, what="mail")
            await asyncio.sleep(self._every)
