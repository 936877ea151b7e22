"""How the service and a hand in a process of its own pass values: pickles through a pipe, each behind its length.

What a hand makes of people is megabytes for each bucket, and a pipe and its readers would copy them six times. They are laid down
in a file without a name instead, from where the service takes them before it asks for more.
"""

from __future__ import annotations

import os
import pickle
import struct
from typing import Any, BinaryIO

from esr_gateway.from_esr.spill import write_all

LENGTH = struct.Struct("!Q")


def read_frame(source: BinaryIO) -> Any | None:
    """What comes next; none at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(source.read(LENGTH.unpack(head)[0]))  # noqa: S301 - from whoever started this process


def frame(value: object) -> tuple[bytes, bytes]:
    """A value as it is sent: its length and itself."""
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)), content


def lay_down(value: object, file: int) -> tuple[bytes, list[int]]:
    """A pickled value, and the lengths of its large parts (`pickle.PickleBuffer`), which lie in the file from its beginning."""
    large: list[pickle.PickleBuffer] = []
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=large.append)
    lengths, at = list[int](), 0
    for part in large:
        with part.raw() as text:
            lengths.append(len(text))
            at += write_all(file, text, at)
    return content, lengths


def take_up(laid: tuple[bytes, list[int]], file: int) -> Any:
    """The value that was laid down."""
    content, lengths = laid
    large, at = list[bytes](), 0
    for length in lengths:
        large.append(os.pread(file, length, at))
        at += length
    return pickle.loads(content, buffers=large)  # noqa: S301 - of our own process
