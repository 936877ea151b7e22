"""What counts as the same name."""

from __future__ import annotations

import pytest

from profile_sync.names import Agreement, family_agreement, fold, given_agreement, is_placeholder


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("O'Dwyer", "odwyer"),
        ("Nuñez-Brontë", "nunez bronte"),
        ("Kowalówka", "kowalowka"),
        ("Łukasz", "lukasz"),
        ("  van  der Berg ", "van der berg"),
        ("Grünwald", "grunwald"),
    ],
)
def test_accents_apostrophes_and_hyphens_do_not_part_a_name_from_itself(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("Núñez", ["Nunez"], Agreement.AGREES),
        ("Okafor", ["Bell", "Okafor"], Agreement.AGREES),
        ("Bell", ["Bell-Okafor"], Agreement.AGREES),
        ("Bell-Okafor", ["Bell"], Agreement.AGREES),
        ("Okaforr", ["Okafor"], Agreement.CLOSE),
        ("Simth", ["Smith"], Agreement.CLOSE),
        ("Bell", ["Okafor"], Agreement.CONTRADICTS),
        ("de Souza", ["de Castro"], Agreement.CONTRADICTS),
        ("Bell", [""], Agreement.UNKNOWN),
    ],
)
def test_previous_and_double_family_names_agree_and_strangers_do_not(
    name: str, known: list[str], expected: Agreement
) -> None:
    assert family_agreement(name, known)[0] is expected


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("José", ["Jose"], Agreement.AGREES),
        ("Bob", ["Robert"], Agreement.AGREES),
        ("Tunde", ["Babatunde", "Tunde"], Agreement.AGREES),
        ("R", ["Robert"], Agreement.AGREES),
        ("R", ["Ann"], Agreement.CONTRADICTS),
        ("Katherine", ["Catherine"], Agreement.AGREES),
        ("Rebeca", ["Rebecca"], Agreement.CLOSE),
        ("John", ["Jane"], Agreement.CONTRADICTS),
        ("Ann", ["Robert"], Agreement.CONTRADICTS),
        (None, ["Robert"], Agreement.UNKNOWN),
        ("Ann", [None], Agreement.UNKNOWN),
    ],
)
def test_short_forms_initials_and_preferred_names_agree_and_strangers_do_not(
    name: str | None, known: list[str | None], expected: Agreement
) -> None:
    assert given_agreement(name, known)[0] is expected


@pytest.mark.parametrize(
    ("given", "family"),
    [(None, "Vacant"), (None, "Locum 1"), ("Locum", "1"), ("TBC", "TBC"), (None, "Registrar 2"), (None, "SHO3")],
)
def test_a_slot_of_the_rota_is_a_placeholder(given: str | None, family: str) -> None:
    assert is_placeholder(given, family)


@pytest.mark.parametrize(("given", "family"), [("Ann", "Banks"), ("Grace", "Gapp"), (None, "Lo"), ("Tab", "Testa")])
def test_an_unusual_name_is_not_a_placeholder(given: str | None, family: str) -> None:
    assert not is_placeholder(given, family)
