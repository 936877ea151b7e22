"""How a benchmark says what it found: a row per figure, the same as JSON under `build/bench`, exit 1 when a bar is not met."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

OUT = Path("build/bench")


@dataclass(frozen=True)
class Figure:
    """One thing measured in several runs. The bar holds for the median; `peer` was measured in the same runs.

    The bar is the most that is allowed, or the least where `at_least`; `least_ratio` is a bar for the ratio to the peer.
    """

    what: str
    unit: str
    runs: tuple[float, ...]
    bar: float
    peer: str = ""
    peer_runs: tuple[float, ...] = ()
    at_least: bool = False
    least_ratio: float | None = None

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return statistics.median(self.runs)

    @property
    def ratio(self) -> float | None:
        """Ours to the peer's, run by run, the middle one."""
        if not self.peer_runs:
            return None
        return statistics.median(a / b for a, b in zip(self.runs, self.peer_runs, strict=True))

    @property
    def met(self) -> bool:
        """Whether the median keeps within the bar, and the ratio too where it has one."""
        within = self.median >= self.bar if self.at_least else self.median <= self.bar
        return within and (self.least_ratio is None or (self.ratio or 0.0) >= self.least_ratio)

    @property
    def bars(self) -> str:
        """The bars in words."""
        sign = ">=" if self.at_least else "<="
        ratio = f", {self.least_ratio} x peer" if self.least_ratio is not None else ""
        return f"{sign} {self.bar:,g} {self.unit}{ratio}"


def _shown(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def report(name: str, figures: Sequence[Figure]) -> None:
    """Print, store and exit."""
    table = Table("what", "median", "spread", "peer", "ratio", "bar", "")
    for figure in figures:
        table.add_row(
            figure.what,
            f"{_shown(figure.median)} {figure.unit}",
            f"{_shown(min(figure.runs))} to {_shown(max(figure.runs))}",
            f"{figure.peer} {_shown(statistics.median(figure.peer_runs))}" if figure.peer_runs else "-",
            f"{figure.ratio:.2f}" if figure.ratio is not None else "-",
            figure.bars,
            "met" if figure.met else "NOT MET",
        )
    Console().print(table)
    OUT.mkdir(parents=True, exist_ok=True)
    rows = [asdict(f) | {"median": f.median, "ratio": f.ratio, "met": f.met} for f in figures]
    (OUT / f"{name}.json").write_text(json.dumps(rows, indent=1))
    sys.exit(0 if all(figure.met for figure in figures) else 1)
