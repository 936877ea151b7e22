"""A hand at a file: does what needs no database, in a thread of the service or, for a large file, in a process of its own.

As a process it takes calls by its standard input and answers by its standard output, each a pickle behind its length. It is
given no secret and knows no address, and it ends with whoever started it.
"""

from __future__ import annotations

import fcntl
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from esr_gateway.from_esr.buckets import Buckets
from esr_gateway.from_esr.dealing import Dealer, Dealt
from esr_gateway.from_esr.go_rows import Part
from esr_gateway.from_esr.painting import Painting, Setting, Written
from esr_gateway.from_esr.passing import frame, lay_down, read_frame
from esr_gateway.from_esr.spill import Filled, Spill
from esr_gateway.outbound_layout import OutboundLayout


@dataclass(frozen=True, slots=True)
class Job:
    """The file to work on, where its buckets begin, and the descriptors of the files to spill into and to lay answers down in."""

    layout: OutboundLayout
    path: Path
    is_snapshot: bool
    borders: Sequence[str]
    spill: int
    answers: int


class Hand:
    """Works on one file."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._layout = job.layout
        self._dealer = Dealer(self._layout, Spill(job.spill, job.borders), is_snapshot=job.is_snapshot)
        self._buckets: Buckets | None = None
        self._painting: Painting | None = None

    def deal(self, part: Part) -> Iterator[str]:
        """Deal a part of the file out (`Dealer.deal`)."""
        return self._dealer.deal(self._job.path, part)

    def dealt(self) -> Dealt:
        """What was in those parts."""
        return self._dealer.dealt()

    def gather(self, filled: Sequence[Filled]) -> None:
        """From now on buckets are read from all of these."""
        self._buckets = Buckets(filled, self._layout, self._job.is_snapshot)

    def digests(self, bucket: int) -> str:
        """The digests of a bucket's people."""
        assert self._buckets is not None  # noqa: S101 - gathered before
        return self._buckets.digests(bucket)

    def begin(self, setting: Setting) -> None:
        """Get ready to paint."""
        self._painting = Painting(self._layout, setting)

    def first(self, bucket: int) -> Written:
        """All people of a bucket, in a trust that had nobody before."""
        assert self._buckets is not None  # noqa: S101 - gathered before
        assert self._painting is not None  # noqa: S101 - begun before
        return self._painting.first(self._buckets.read(bucket))


def main() -> None:
    """Answer calls until nobody asks any more: the first names the job, the others a method and what it is given.

    An answer is `one` of several, what is `done`, or the `error` that was raised.
    """
    source, target = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what anybody prints is no answer
    with suppress(OSError):  # a pipe holds 64 KB by itself, and an answer is megabytes
        fcntl.fcntl(target.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)
    os.nice(5)  # requests and the database come first; what waits for neither can wait
    gc.disable()  # it lives for one file, and nothing that it makes refers to itself
    job = read_frame(source)
    if not isinstance(job, Job):
        return  # whoever started it is gone already
    hand = Hand(job)
    while (call := read_frame(source)) is not None:
        name, arguments = call
        try:
            result = getattr(hand, name)(*arguments)
            if isinstance(result, Iterator):
                for one in result:
                    target.writelines(frame(("one", one)))
                    target.flush()
                result = None
            answer = frame(("done", lay_down(result, job.answers)))
        except Exception as error:  # noqa: BLE001 - raised where the call came from
            answer = frame(("error", error))
        target.writelines(answer)
        target.flush()
