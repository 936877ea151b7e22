"""How events may reach a consumer: in any order that the bus allows, in batches of any size, some of them again.

The bus keeps order within a topic and a partition key, and nothing else. What is drawn here is anything that this permits:
one topic may be hours behind another, a state topic may have forgotten all but the newest event of a key, and what came once
may come again under another id, as a replay that the inbox has forgotten would.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from esrlink.contracts import Event

Batches = list[list[Event]]


@st.composite
def arrivals(draw: st.DrawFn, events: Sequence[Event], *, again: bool = True) -> Batches:
    """`events`, published in this order, as a consumer may get them."""
    streams: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        streams[event.TOPIC, event.partition_key].append(event)
    left = [list(stream) for stream in streams.values()]
    arrived: list[Event] = []
    while left:
        stream = left[draw(st.integers(0, len(left) - 1))]
        arrived.append(stream.pop(0))
        left = [one for one in left if one]
    if again and arrived:
        for first in sorted(draw(st.lists(st.integers(0, len(arrived) - 1), max_size=3)), reverse=True):
            arrived.insert(draw(st.integers(first + 1, len(arrived))), arrived[first])
    return draw(batches(arrived))


@st.composite
def batches(draw: st.DrawFn, events: Sequence[Event]) -> Batches:
    """`events` in the same order, cut anywhere into polls of the consumer."""
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(events) - 1)), max_size=4)))
    edges = [0, *cuts, len(events)]
    parts = [list(events[start:end]) for start, end in pairwise(edges)]
    return [part for part in parts if part]


@st.composite
def compacted(draw: st.DrawFn, events: Sequence[Event]) -> list[Event]:
    """`events` after the broker forgot some of those that are not the newest of their key; other topics are whole."""
    newest = {(event.TOPIC, event.key): n for n, event in enumerate(events)}
    return [
        event
        for n, event in enumerate(events)
        if not event.STATE or newest[event.TOPIC, event.key] == n or draw(st.booleans())
    ]
