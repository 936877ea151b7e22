"""`esrlink dead-letters SERVICE …`: see and settle messages that were parked, of every trust, where no page reaches.

It works on the service's database, so it needs the service's own settings, and the service need not run. Each step is noted
in the letter's history with who did it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from esrlink.dead_letters_terminal import (
    Target,
    console,
    edited,
    every_letter,
    plain,
    pretty,
    show_content,
    show_fuses,
    show_letter,
    show_letters,
    who,
)
from esrlink.observability.logs import configure_logs

if TYPE_CHECKING:
    from esrlink.bus.dead_letters import LetterFilter
    from esrlink.bus.retrying import Retried, Retrying
    from esrlink.bus.retrying_jobs import Job

dead_letters_command = typer.Typer(
    name="dead-letters", help="Messages that a service could not take into effect.", no_args_is_help=True
)

# Written out, because importing them would make every command of the line slow; a test holds them against the real ones.
State = Literal["parked", "applied", "discarded"]
Kind = Literal["unreadable", "unknown_version", "misaddressed", "refused", "too_slow", "defect", "ambiguous"]

LetterId = Annotated[UUID, typer.Argument(metavar="LETTER", help="The letter's id, as the list shows it.")]
Topic = Annotated[str | None, typer.Option(help="Only this topic.")]
Class = Annotated[Kind | None, typer.Option("--class", help="Only this kind of reason.")]


@dead_letters_command.callback()
def choose(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service's name, such as submittals.")],
    data_dir: Annotated[Path, typer.Option(help="Where the try-out keeps its data.", envvar="ESRLINK_DATA_DIR")] = Path(
        ".esrlink"
    ),
    tryout: Annotated[bool, typer.Option("--tryout", help="The try-out's own databases.")] = False,
) -> None:
    """See and settle messages that a service could not take into effect. Options of this command stand before SERVICE."""
    configure_logs(level="WARNING")
    context.obj = Target(service, data_dir, tryout)


@dead_letters_command.command("list")
def list_letters(
    context: typer.Context,
    state: Annotated[State, typer.Option(help="Where they stand.")] = "parked",
    topic: Topic = None,
    reason_class: Class = None,
    words: Annotated[str | None, typer.Option(help="Any part of the reason.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to show.")] = 50,
) -> None:
    """List letters, newest first, and count what waits."""
    from esrlink.bus.dead_letters import count_waiting, find_letters

    async def work(retrying: Retrying) -> None:
        wanted = _filter(state, topic, reason_class, words)
        async with every_letter(retrying) as tx:
            found, following = await find_letters(tx, wanted, limit=limit)
            waiting = await count_waiting(tx)
        show_letters(found, waiting, is_all=following is None)

    context.obj.run(work)


@dead_letters_command.command("show")
def show(
    context: typer.Context,
    letter: LetterId,
    message: Annotated[
        bool, typer.Option("--message", help="Also what is in it; it may hold personal data, and your look is noted.")
    ] = False,
) -> None:
    """Show a letter and its history."""
    from esrlink.bus.dead_letters import earlier_of_the_same, find_letter, history
    from esrlink.bus.dead_letters_deciding import look_inside

    async def work(retrying: Retrying) -> None:
        async with every_letter(retrying) as tx:
            found = await find_letter(tx, letter)
            content = await look_inside(tx, letter, who()) if message else None
            steps, earlier = await history(tx, letter), await earlier_of_the_same(tx, letter)
        show_letter(found, steps, earlier if found.state == "parked" else None)
        if content is not None:
            show_content(content)

    context.obj.run(work)


@dead_letters_command.command("retry")
def retry(context: typer.Context, letter: LetterId) -> None:
    """Take a letter's event into effect after all. Exit status 1 when it fails again."""

    async def work(retrying: Retrying) -> Retried:
        return await _retry(retrying, letter)

    _tell(context.obj.run(work))


@dead_letters_command.command("edit")
def edit(
    context: typer.Context,
    letter: LetterId,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The new value as JSON; your $EDITOR if left out.")
    ] = None,
    event_type: Annotated[
        str | None, typer.Option("--type", help="The event's type, such as profile.linked.v1.")
    ] = None,
) -> None:
    """Put another value in the place of the message's own, and retry. The original is kept."""
    from esrlink.bus.dead_letters_deciding import edit as keep_edit
    from esrlink.bus.dead_letters_deciding import look_inside

    async def look(retrying: Retrying) -> str:
        async with every_letter(retrying) as tx:
            content = await look_inside(tx, letter, who())
        return pretty(content.edited or content.message.value.decode("utf-8", "replace"))

    text = file.read_text("utf-8") if file else edited(context.obj.run(look))
    if text is None:
        console.print("Nothing was changed.")
        return

    async def work(retrying: Retrying) -> Retried:
        async with every_letter(retrying) as tx:
            await keep_edit(tx, letter, text, who(), event_type=event_type)
        return await _retry(retrying, letter)

    _tell(context.obj.run(work))


@dead_letters_command.command("discard")
def discard(
    context: typer.Context,
    letter: LetterId,
    reason: Annotated[str, typer.Option(help="Why; name no person.", prompt=True)],
) -> None:
    """Decide that a letter shall not take effect. It is kept, and can be reopened."""
    from esrlink.bus.dead_letters_deciding import discard as decide

    async def work(retrying: Retrying) -> None:
        async with every_letter(retrying) as tx:
            await decide(tx, letter, reason, who())

    context.obj.run(work)
    console.print("Discarded. It is kept, and can be reopened.")


@dead_letters_command.command("reopen")
def reopen(context: typer.Context, letter: LetterId) -> None:
    """Take a discard back: the letter waits again."""
    from esrlink.bus.dead_letters_deciding import reopen as decide

    async def work(retrying: Retrying) -> None:
        async with every_letter(retrying) as tx:
            await decide(tx, letter, who())

    context.obj.run(work)
    console.print("It waits again.")


@dead_letters_command.command("retry-all")
def retry_all(
    context: typer.Context,
    topic: Topic = None,
    reason_class: Class = None,
    vpd: Annotated[list[str] | None, typer.Option(help="Only this trust's; may be given several times.")] = None,
) -> None:
    """Retry all letters that wait, oldest first, but those whose effect is ambiguous. Exit status 1 when one failed.

    It is the same job as the page's: stop it with Ctrl-C, and the service goes on with it.
    """

    async def work(retrying: Retrying) -> Job:
        return await _retry_all(retrying, _filter(None, topic, reason_class, None), vpd or [])

    job = context.obj.run(work)
    console.print(f"{job.applied:,} in effect, {job.failed:,} failed again, {job.left_out:,} left out.")
    raise typer.Exit(1 if job.failed else 0)


@dead_letters_command.command("fuses")
def fuses(context: typer.Context) -> None:
    """Show the topics that are not consumed because too many messages in a row failed."""
    from esrlink.bus.fuse import blown_fuses

    async def work(retrying: Retrying) -> None:
        async with retrying.database.read() as tx:
            show_fuses(await blown_fuses(tx, retrying.consumer))

    context.obj.run(work)


@dead_letters_command.command("reset")
def reset(context: typer.Context, topic: Annotated[str, typer.Argument(help="The topic that is to go on.")]) -> None:
    """Let a stopped topic go on, after its cause is mended."""
    from esrlink.bus.fuse import reset_fuse

    async def work(retrying: Retrying) -> bool:
        async with retrying.database.write() as tx:
            return await reset_fuse(tx, retrying.consumer, topic)

    if not context.obj.run(work):
        raise typer.BadParameter("that topic is not stopped", param_hint="TOPIC")
    console.print("The topic goes on within seconds, if the service runs.")


def _filter(state: str | None, topic: str | None, reason_class: str | None, words: str | None) -> LetterFilter:
    from esrlink.bus.dead_letters import LetterFilter, LetterState
    from esrlink.bus.reasons import ReasonClass

    return LetterFilter(
        LetterState(state) if state else None, topic, ReasonClass(reason_class) if reason_class else None, words
    )


async def _retry(retrying: Retrying, letter: UUID) -> Retried:
    from esrlink.bus.dead_letters import find_letter

    async with every_letter(retrying) as tx:
        found = await find_letter(tx, letter)
    return await retrying.retry(found, who())


def _tell(done: Retried) -> None:
    if done.failure is None:
        console.print("It is in effect.")
        return
    console.print(f"[red]It failed again:[/red] {plain(done.failure.text)}")
    raise typer.Exit(1)


async def _retry_all(retrying: Retrying, wanted: LetterFilter, vpds: list[str]) -> Job:
    """Ask for the job and work it off, beside the service if that runs."""
    import asyncio

    from esrlink.bus.retrying_jobs import JobState, find_job, request_job
    from esrlink.bus.retrying_loop import RetryLoop
    from esrlink.db.tenancy import EVERY_TRUST

    async with retrying.database.write(vpds) if vpds else every_letter(retrying) as tx:
        job = await request_job(tx, wanted, who())
    loop = RetryLoop(retrying)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("Retrying", total=job.total)
        while job.state is JobState.RUNNING:
            if not await loop.batch(job.id):
                await asyncio.sleep(0.2)  # another process has the turn
            async with retrying.database.read() as tx:
                job = await find_job(tx, job.id, EVERY_TRUST)
            bar.update(task, completed=job.done)
    return job
