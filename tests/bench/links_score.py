"""Setting what was found against the truth, for `make bench-links`: the same counts for profile-sync and for its peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.links_world import World


@dataclass(frozen=True)
class Found:
    """What was made of one profile: the person it was linked to, or the people suggested, best first; or no person's."""

    linked: str | None = None
    suggested: tuple[str, ...] = ()
    excluded: bool = False


@dataclass
class Counts:
    """What the figures are made of."""

    linked: int = 0
    wrong: list[str] = field(default_factory=list)
    right_numbers: int = 0
    right_numbers_not_linked: list[str] = field(default_factory=list)
    unnumbered: int = 0
    suggested: int = 0
    candidates: int = 0
    most_candidates: int = 0
    mistaken_slots: list[str] = field(default_factory=list)
    by_noise: dict[str, list[int]] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """Automatic links that are right, of 10,000."""
        return 10_000 * (1 - len(self.wrong) / self.linked)

    @property
    def linked_numbers(self) -> float:
        """Profiles with their right ESR number, which nothing contradicts, that are linked to it, of 10,000."""
        return 10_000 * (1 - len(self.right_numbers_not_linked) / self.right_numbers)

    @property
    def recall(self) -> float:
        """Per cent of the profiles without a number whose person is linked or among those suggested."""
        return 100 * self.suggested / self.unnumbered


def count(world: World, found: Mapping[str, Found]) -> Counts:
    """Count over all profiles of a world. A profile that contradicts its own number by construction owes no link."""
    counts = Counts()
    for profile in world.profiles:
        truth, one = world.truth[profile.profile_id], found.get(profile.profile_id, Found())
        if truth.placeholder != one.excluded:
            counts.mistaken_slots.append(profile.profile_id)
        if one.linked:
            counts.linked += 1
            if one.linked not in truth.owners:
                counts.wrong.append(profile.profile_id)
        if not truth.owners:
            continue
        if profile.number in truth.owners and not truth.contradicts:
            counts.right_numbers += 1
            if one.linked != profile.number:
                counts.right_numbers_not_linked.append(profile.profile_id)
        if profile.number is None:
            _count_suggestion(counts, truth.noise, truth.owners, one)
    return counts


def _count_suggestion(counts: Counts, noise: str, owners: frozenset[str], one: Found) -> None:
    people: Sequence[str] = [one.linked] if one.linked else one.suggested
    hit = bool(owners & set(people[:3]))
    counts.unnumbered += 1
    counts.suggested += hit
    counts.candidates += len(people)
    counts.most_candidates = max(counts.most_candidates, len(people))
    tally = counts.by_noise.setdefault(noise, [0, 0])
    tally[0] += hit
    tally[1] += 1
