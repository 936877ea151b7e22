"""The peer of `make bench-links`: Splink (Ministry of Justice) on the same people and profiles, set up as its guides advise.

Names are folded beforehand, as Splink compares text as it stands. It learns its weights from the data, and counts how common
each name is. A profile's link is its best pair.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

from tests.bench.links_noise import unaccented
from tests.bench.links_people import Human
from tests.bench.links_world import Given

# What Splink is taken to link by itself; the same as one wrong link of 10,000.
AUTOMATIC = 0.9999
# A pair below this is no suggestion.
_SUGGEST_FROM = 0.01
_BLOCKS = (
    ("number",),
    ("registration",),
    ("email",),
    ("last", "substr(first, 1, 1)"),
    ("first", "substr(last, 1, 1)"),
    ("last", "department"),
    ("first", "department"),
)


@dataclass(frozen=True)
class Paired:
    """What Splink found: for each profile its best three people with their probabilities, best first, and the seconds."""

    candidates: dict[str, list[tuple[str, float]]]
    seconds: float


def pair(people: Sequence[Human], profiles: Sequence[Given]) -> Paired:
    """Train on the data and predict."""
    left, right = pd.DataFrame(_people(people)), pd.DataFrame(_profiles(profiles))
    begun = time.monotonic()
    engine = DuckDBAPI()
    frames = [engine.register(frame, dataset_display_name=name) for frame, name in ((left, "esr"), (right, "rota"))]
    linker = Linker(frames, _settings(), log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("number", "last")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
    for columns in (("number",), ("email",), ("first", "last")):
        training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    found = linker.inference.predict(threshold_match_probability=_SUGGEST_FROM).as_pandas_dataframe()
    return Paired(_best(found), time.monotonic() - begun)


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.DamerauLevenshteinAtThresholds("number", 1),
            cl.DamerauLevenshteinAtThresholds("registration", 1),
            cl.ForenameSurnameComparison("first", "last"),
            cl.DamerauLevenshteinAtThresholds("email", 1),
            cl.ExactMatch("grade"),
            cl.ExactMatch("department"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _BLOCKS],
        retain_matching_columns=False,
    )


def _people(people: Sequence[Human]) -> Iterator[dict[str, Any]]:
    for one in people:
        if not one.gone:
            yield _row(
                one.number, one.number, one.registration, one.given, one.family, one.email, one.grade, one.department
            )


def _profiles(profiles: Sequence[Given]) -> Iterator[dict[str, Any]]:
    for one in profiles:
        named = (one.number, one.registration, one.given, one.family, one.email, one.grade, one.department)
        yield _row(one.profile_id, *named)


def _row(key: str, *values: str | None) -> dict[str, Any]:
    names = ("number", "registration", "first", "last", "email", "grade", "department")
    return {"unique_id": key, **dict(zip(names, map(_folded, values), strict=True))}


def _folded(value: str | None) -> str | None:
    return unaccented(value).casefold().strip() if value else None


def _best(found: pd.DataFrame) -> dict[str, list[tuple[str, float]]]:
    candidates: dict[str, list[tuple[float, str]]] = defaultdict(list)
    columns = (found["source_dataset_l"], found["unique_id_l"], found["unique_id_r"], found["match_probability"])
    for dataset, one, other, probability in zip(*columns, strict=True):
        number, profile = (one, other) if dataset == "esr" else (other, one)
        candidates[profile].append((probability, number))
    return {
        profile: [(number, probability) for probability, number in sorted(some, reverse=True)[:3]]
        for profile, some in candidates.items()
    }
