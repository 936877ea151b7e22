"""The issues of sending a file: it could not be sent, nobody knows whether it was, or two people disagree about that."""

from __future__ import annotations

from uuid import UUID

from esr_gateway.issues import Problem


def causes_of(file_name: str) -> list[str]:
    """What the issues of a file's sending are about."""
    return [f"file_sent/{kind}/{file_name}" for kind in ("not_sent", "in_doubt", "disagreed")]


def not_sent(run_id: UUID, file_name: str, detail: str) -> Problem:
    """A file that could not be sent at the last try."""
    cause, _, _ = causes_of(file_name)
    return Problem(
        cause,
        "file_sent",
        "bad",
        f"The payroll file {file_name} is not sent yet. {detail}",
        "It is tried again at every look. Try the exchange to see which step fails, and mend that.",
        f"runs/{run_id}",
    )


def in_doubt(run_id: UUID, file_name: str, reason: str) -> Problem:
    """A file of which nobody knows whether ESR has it."""
    _, cause, _ = causes_of(file_name)
    return Problem(
        cause,
        "file_sent",
        "bad",
        f"Nobody knows whether ESR has the payroll file {file_name}. {reason}",
        "Do not send it by hand. Look in ESR's folder, and ask ESR whether it read the file. Then two people each say on the "
        "run's page what they found, and where. Later files of its kind wait until then.",
        f"runs/{run_id}",
    )


def disagreed(run_id: UUID, file_name: str) -> Problem:
    """Two people who found the opposite of each other."""
    _, _, cause = causes_of(file_name)
    return Problem(
        cause,
        "file_sent",
        "bad",
        f"Two people say the opposite of whether ESR has the payroll file {file_name}.",
        "It stays in doubt until all who spoke say the same. Compare what each of them saw, ask ESR, and let whoever was "
        "mistaken say so on the run's page.",
        f"runs/{run_id}",
    )


def refused(run_id: UUID, file_name: str, reason: str) -> Problem:
    """A file that ESR did not take."""
    return Problem(
        f"file_sent/refused/{file_name}",
        "file_sent",
        "bad",
        f"ESR refused the payroll file {file_name} as a whole: nothing of it is paid. {reason}",
        "Each of its records is rejected and says why. When the cause is mended, departments send them again, and a "
        "supplementary run can take them to the same pay.",
        f"runs/{run_id}",
    )
