"""Pools of invented names from several countries, every one of them writable in ISO-8859-1."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from faker import Faker

# A third of the surnames carry an accent now and then: that is what a file in the wrong character set breaks.
_LOCALES = ("en_GB", "fr_FR", "pl_PL", "de_DE", "es_ES", "pt_PT", "sv_SE", "en_IN")
_WEIGHTS = (6, 2, 1, 1, 1, 1, 1, 3)
_DRAWS = 60


@dataclass(frozen=True)
class Names:
    """Name pools; a name stands in as often as its country weighs."""

    surnames: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]


@cache
def names(seed: int) -> Names:
    """Return the name pools of a seed: the same seed, the same pools in the same order."""
    surnames: list[str] = []
    female: list[str] = []
    male: list[str] = []
    for locale, weight in zip(_LOCALES, _WEIGHTS, strict=True):
        fake = Faker(locale, use_weighting=False)
        fake.seed_instance(f"{seed}/{locale}")
        draws = _DRAWS * weight
        surnames += _usable(fake.last_name() for _ in range(draws))
        female += _usable(fake.first_name_female() for _ in range(draws))
        male += _usable(fake.first_name_male() for _ in range(draws))
    surnames += ["O'Dwyer", "Nuñez-Brontë", "Grünwald", "Kowalówka", "D'Arçon", "Åkerblom"] * 4
    return Names(tuple(surnames), tuple(female), tuple(male))


def _usable(drawn: Iterable[str]) -> list[str]:
    kept = []
    for name in drawn:
        try:
            name.encode("iso-8859-1")
        except UnicodeEncodeError:
            continue
        if "~" not in name:
            kept.append(name)
    return kept
