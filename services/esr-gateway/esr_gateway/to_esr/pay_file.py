"""Writes a file for ESR by its layout: the same lines and the same header values give the same bytes, always. Pure.

A line that the layout cannot carry (over-long, a character outside the charset, too many inputs) is `Unwritable` alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from esr_gateway.layout import WrittenLayout
from esr_gateway.to_esr.lines import Line, Unwritable
from esrlink.clock import LONDON
from esrlink.contracts import PayRun

_FORBIDDEN = '"\r\n'


@dataclass(frozen=True, slots=True)
class Frame:
    """A file's name, and what stands before and after its rows, as bytes."""

    name: str
    header: bytes
    trailer: bytes


def frame_of(
    layout: WrittenLayout, *, vpd: str, supplier: str, run: PayRun, sequence: int, created: datetime, lines: int
) -> Frame:
    """What goes around `lines` rows. `created` is aware and is written in local time."""
    values: dict[str, object] = {
        "vpd": vpd,
        "supplier": supplier,
        "run_code": run.code,
        "period_type": run.period_type,
        "run": run.run,
        "period": run.period,
        "sequence": sequence,
        "created": created.astimezone(LONDON),
        "lines": lines,
    }
    name = layout.file_name.format(**values)
    values["file_name"] = name
    header, trailer = (
        layout.delimiter.join(part.format(**values) for part in parts) for parts in (layout.header, layout.trailer)
    )
    return Frame(name, rows_as_bytes(layout, [header]), rows_as_bytes(layout, [trailer]))


def rows_as_bytes(layout: WrittenLayout, rows: Sequence[str]) -> bytes:
    """Rows (made by `write_line`) as a file has them."""
    return "".join(f"{row}\n" for row in rows).encode(layout.charset)


def write_line(layout: WrittenLayout, line: Line) -> str:
    """One row. Raises `Unwritable` when the layout cannot carry it."""
    action = layout.actions.get(line.action)
    if action is None:
        raise Unwritable("action_unknown", f"How to {line.action} a record is not known of {layout.title} files.")
    if len(line.pairs) > layout.pairs:
        raise Unwritable("too_many_inputs", f"A row has room for {layout.pairs} inputs; this needs {len(line.pairs)}.")
    for name, value in line.values.items():
        _check(layout, name, value)
    values: Mapping[str, object] = {**line.values, "action": action}
    cells = [_cell(layout, template, template.format(**values)) for template in layout.fixed]
    for name, value in line.pairs:
        _check(layout, "input name", name)
        _check(layout, "value", value)
        cells += [_cell(layout, "input name", name), value]
    cells += [""] * (2 * (layout.pairs - len(line.pairs)))
    cells += [_cell(layout, template, template.format(**values)) for template in layout.last]
    return layout.delimiter.join(cells)


def _cell(layout: WrittenLayout, part: str, text: str) -> str:
    return f'"{text}"' if part in layout.quoted else text


def _check(layout: WrittenLayout, name: str, value: object) -> None:
    if not isinstance(value, str):
        return
    longest = layout.longest.get(name)
    # Nearly every value is plain, and a run has half a million of them.
    if _plain(name, longest, layout.quoted, layout.delimiter).fullmatch(value):
        return
    if longest is not None and len(value) > longest:
        raise Unwritable("too_long", f"The {_words(name)} has {len(value)} characters; ESR takes {longest}.")
    try:
        value.encode(layout.charset)
    except UnicodeEncodeError as error:
        odd = value[error.start]
        raise Unwritable(
            "outside_charset", f"The {_words(name)} holds {odd!r}, which a {layout.charset.upper()} file cannot carry."
        ) from None
    bad = _refused(name, layout.quoted, layout.delimiter)
    if found := next((c for c in value if c in bad or not c.isprintable()), None):
        raise Unwritable("character_refused", f"The {_words(name)} holds {found!r}, which would break the row.")


def _refused(name: str, quoted: tuple[str, ...], delimiter: str) -> str:
    return _FORBIDDEN if f"{{{name}}}" in quoted or name in quoted else _FORBIDDEN + delimiter


@lru_cache(maxsize=256)
def _plain(name: str, longest: int | None, quoted: tuple[str, ...], delimiter: str) -> re.Pattern[str]:
    """What every charset and row can carry: printable ASCII, not too long, nothing that means something to the row."""
    allowed = "".join(
        re.escape(one) for one in map(chr, range(0x20, 0x7F)) if one not in _refused(name, quoted, delimiter)
    )
    return re.compile(f"[{allowed}]{{0,{'' if longest is None else longest}}}")


def _words(name: str) -> str:
    return name.replace("_", " ")
