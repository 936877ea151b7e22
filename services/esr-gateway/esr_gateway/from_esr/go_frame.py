"""The frame of a GO file: name, header and trailer. It tells whether a file is whole and ours before a row is read.

Only the first and the last bytes are looked at, so it costs the same for any size. The trailer's count is checked by
whoever has read the rows.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from esr_gateway.archive import Edges
from esr_gateway.from_esr.verdicts import Quarantined
from esr_gateway.outbound_layout import OutboundLayout
from esrlink.clock import LONDON

EDGE = 4096
"""Bytes; a header or trailer is far shorter."""


@dataclass(frozen=True, slots=True)
class GoName:
    """What the name of a GO file says. `day` is yyyymmdd."""

    name: str
    vpd: str
    kind: Literal["snapshot", "changes"]
    day: str
    sequence: int


@dataclass(frozen=True, slots=True)
class GoFrame:
    """A file whose name, header and trailer agree. The file speaks of the time between the two runs, in UTC."""

    name: GoName
    created: datetime
    previous_run: datetime
    this_run: datetime
    trailer_count: int


def read_name(layout: OutboundLayout, name: str, vpd: str) -> GoName:
    """What the name says. Raises `Quarantined` for a name of another shape or another trust."""
    found = re.fullmatch(layout.file_name, name)
    if found is None or found["kind"] not in layout.kinds:
        raise Quarantined("wrong_name", f"The name is not that of a {layout.title} file.")
    if found["vpd"] != vpd:
        raise Quarantined("other_trust", f"The name says trust {found['vpd']}; this exchange is trust {vpd}'s.")
    return GoName(name, vpd, layout.kinds[found["kind"]], found["day"], int(found["sequence"]))


def read_frame(layout: OutboundLayout, path: Path, name: str, vpd: str) -> GoFrame:
    """The frame of the file in `path` that came as `name`. Raises `Quarantined` with what is wrong."""
    with path.open("rb") as file:
        head = file.read(EDGE)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - EDGE))
        return frame_of(layout, Edges(size, head, file.read(EDGE)), name, vpd)


def frame_of(layout: OutboundLayout, edges: Edges, name: str, vpd: str) -> GoFrame:
    """The frame in the first and last `EDGE` bytes of the file that came as `name`. Raises `Quarantined`."""
    known = read_name(layout, name, vpd)
    if edges.size == 0:
        raise Quarantined("empty_file", "The file is empty.")
    created, previous_run, this_run = _header(layout, known, edges.head)
    return GoFrame(known, created, previous_run, this_run, _trailer(layout, edges.tail))


def has_trailer(layout: OutboundLayout, tail: bytes) -> bool:
    """Whether the last bytes of a file hold its trailer: the sign that ESR has finished writing it."""
    try:
        _trailer(layout, tail)
    except Quarantined:
        return False
    return True


def _header(layout: OutboundLayout, known: GoName, head: bytes) -> tuple[datetime, datetime, datetime]:
    row = head.split(b"\n", 1)[0].removesuffix(b"\r")
    if b"\0" in row:
        raise Quarantined("nul_byte", "The header holds a NUL byte: the file was damaged on its way.")
    cells = row.decode(layout.charset).split(layout.delimiter)
    if cells[0] != layout.header[0]:
        raise Quarantined("no_header", f"The first row is not a header ({layout.header[0]}).")
    if len(cells) != len(layout.header):
        raise Quarantined("bad_header", f"The header has {len(cells)} columns; it should have {len(layout.header)}.")
    header = dict(zip(layout.header, cells, strict=True))
    if header["file name"] != known.name:
        raise Quarantined("header_names_another_file", f"The header is that of {header['file name'][:80]}.")
    if header["VPD"] != known.vpd:
        raise Quarantined("other_trust", f"The header says trust {header['VPD'][:10]}, the name trust {known.vpd}.")
    moments = [_moment(layout, field, header[field]) for field in ("created", "previous run", "this run")]
    if moments[1] > moments[2]:
        raise Quarantined("bad_header", "The header's previous run comes after this run.")
    return moments[0], moments[1], moments[2]


def _moment(layout: OutboundLayout, field: str, text: str) -> datetime:
    try:
        moment = datetime.strptime(text, layout.timestamp_format).replace(tzinfo=LONDON)
    except ValueError:
        raise Quarantined("bad_header", f"The header's time of {field} is not a time: {text[:20]!r}.") from None
    return moment.astimezone(UTC)


def _trailer(layout: OutboundLayout, tail: bytes) -> int:
    row = tail.rstrip(b"\r\n").rsplit(b"\n", 1)[-1]
    cells = row.decode(layout.charset).split(layout.delimiter)
    if cells[0] != layout.trailer:
        raise Quarantined("no_trailer", f"The file has no trailer ({layout.trailer}): it is not complete.")
    if len(cells) != 2 or not re.fullmatch(r"\d{1,10}", cells[1]):
        raise Quarantined("bad_trailer", "The trailer has no count.")
    return int(cells[1])
