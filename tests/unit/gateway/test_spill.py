"""Rows are dealt out over buckets by person: all of a person together, in the order in which they came, people in order."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryFile

from hypothesis import given
from hypothesis import strategies as st

from esr_gateway.from_esr.go_rows import some_people
from esr_gateway.from_esr.hands import _borders
from esr_gateway.from_esr.spill import Spill, borders_of, lines_of
from tests.unit.gateway.building import LAYOUT, Go, assignment, person, position

IDS = st.text("0123456789AZé", min_size=1, max_size=4)


@given(st.lists(st.lists(IDS, max_size=30), max_size=5), st.lists(IDS, max_size=20), st.integers(1, 6), st.booleans())
def test_all_lines_of_a_person_come_together_in_their_order(
    blocks: list[list[str]], sample: list[str], buckets: int, is_sorted: bool
) -> None:
    borders = borders_of(sample, buckets)
    assert borders == sorted(set(borders))
    assert len(borders) < buckets
    said = defaultdict(list)
    with TemporaryFile() as one, TemporaryFile() as two:
        spills = [Spill(file.fileno(), borders) for file in (one, two)]
        for n, people in enumerate(map(sorted, blocks) if is_sorted else blocks):
            lines = [f"{person_id}~{n}~{at}" for at, person_id in enumerate(people)]
            spills[n % 2].add(people, lines)
        for n in (0, 1):
            for block in range(n, len(blocks), 2):
                people = sorted(blocks[block]) if is_sorted else blocks[block]
                for at, person_id in enumerate(people):
                    said[person_id].append(f"{person_id}~{block}~{at}")
        filled = [spill.filled() for spill in spills]
        found, last = defaultdict(list), ""
        for bucket in range(len(borders) + 1):
            some = {line.split("~")[0] for line in lines_of(filled, bucket)}
            assert not some or last < min(some), "a bucket's people stand behind those of the one before"
            last = max(some, default=last)
            for line in lines_of(filled, bucket):
                found[line.split("~")[0]].append(line)
    assert found == said


def test_the_borders_of_a_file_are_those_of_its_people(tmp_path: Path) -> None:
    numbers = [f"{number}" for number in range(20000000, 20004000)]
    path = Go([position(), *map(person, numbers), *map(assignment, reversed(numbers))]).write(tmp_path)
    sample = some_people(LAYOUT, path, 500)
    assert 450 < len(sample) <= 500
    assert set(sample) <= {f"P{number}" for number in numbers}
    [border] = _borders(LAYOUT, path, size=600_000)
    assert "P20001800" < border < "P20002200", "half of the people stand on either side"
    assert _borders(LAYOUT, path, size=400_000) == []
