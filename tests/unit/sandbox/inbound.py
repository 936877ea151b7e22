"""Writes TA and AB files as a hub would, for tests of the sandbox's reader."""

from collections.abc import Sequence
from pathlib import Path

from esr_sandbox.run import Sandbox


def attendance(
    assignment: str,
    *,
    element: str = "AMU Medical Extra Hours",
    inputs: Sequence[tuple[str, str]] = (("Hours", "4.00"), ("Hourly Rate", "55.00")),
    cost: str = "E10110",
    earned: str = "20260801",
    action: str = "ADD",
) -> str:
    pairs = [cell for name, value in inputs for cell in (f'"{name}"', value)]
    pairs += [""] * (32 - len(pairs))
    return ",".join(["ATT", earned, action, "", assignment, "", f'"{element}"', *pairs, cost])


def absence(
    assignment: str,
    reference: str,
    *,
    first: str = "20260805",
    last: str = "20260806",
    kind: str = "Sickness",
    reason: str = "S13",
    action: str = "ADD",
    parts: tuple[str, str] = ("", ""),
) -> str:
    return ",".join(
        ["ABS", "20260807", action, reference, assignment, kind, reason, first, parts[0], last, parts[1], "2", "", "",
         "N" if last else "Y"]
    )  # fmt: skip


def ta_name(sequence: int = 1, vpd: str = "277", period: str = "2705") -> str:
    return f"TA_{vpd}_LNK_MN{period}_{sequence:08d}.DAT"


def ab_name(sequence: int = 1) -> str:
    return f"AB_277_LNK_20260807_{sequence:08d}.DAT"


def content(name: str, rows: Sequence[str], **wrong: str) -> str:
    header = f"HDR,{name},20260902120000,LNK,{name[3:6]}"
    if name.startswith("TA"):
        header += f",M,N,{name[15:17]}"
    lines = [wrong.get("header", header), *rows, wrong.get("trailer", f"FTR,{len(rows)},0")]
    return "".join(f"{line}\n" for line in lines)


def put(sandbox: Sandbox, name: str, rows: Sequence[str], **wrong: str) -> Path:
    path = sandbox.folders.inbox("277") / name
    path.write_text(content(name, rows, **wrong), encoding="iso-8859-1")
    return path


def confirmation(sandbox: Sandbox, name: str) -> list[list[str]]:
    text = (sandbox.folders.out("277") / f"CF_277_{name}").read_text("ascii")
    return [line.split(",") for line in text.splitlines()]
