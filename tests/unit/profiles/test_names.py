"""What counts as the same name."""

from __future__ import annotations

import pytest

from profile_sync.rules.names import Finding, family_finding, fold, given_finding
from profile_sync.rules.placeholders import is_placeholder


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
        ("Núñez", ["Nunez"], Finding.SAME),
        ("OKAFOR", ["Okafor"], Finding.SAME),
        ("Mac Donald", ["Macdonald"], Finding.SAME),
        ("Okafor", ["Bell", "Okafor"], Finding.PREVIOUS),
        ("Bell", ["Bell-Okafor"], Finding.PART),
        ("Bell-Okafor", ["Bell"], Finding.PART),
        ("Ng", ["Ng-Li"], Finding.PART),
        ("Souza", ["de Souza"], Finding.PART),
        ("Okaforr", ["Okafor"], Finding.CLOSE),
        ("Simth", ["Smith"], Finding.CLOSE),
        ("Hetherington", ["Hethringtn"], Finding.CLOSE),
        ("Bell", ["Okafor"], Finding.DIFFERENT),
        ("Li", ["Lo"], Finding.DIFFERENT),
        ("de Souza", ["de Castro"], Finding.DIFFERENT),
        ("Bell", [""], Finding.UNKNOWN),
    ],
)
def test_previous_and_double_family_names_agree_and_strangers_do_not(
    name: str, known: list[str], expected: Finding
) -> None:
    assert family_finding(name, known[0], known[1:]) is expected


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("José", ["Jose"], Finding.SAME),
        ("Dr Ada", ["Ada"], Finding.SAME),
        ("Mary Ann", ["Maryann"], Finding.SAME),
        ("Bob", ["Robert"], Finding.SHORT_FORM),
        ("Rob", ["Bob"], Finding.SHORT_FORM),
        ("Mohamed", ["Muhammad"], Finding.SHORT_FORM),
        ("Katherine", ["Catherine"], Finding.SHORT_FORM),
        ("Jane", ["Ada", "Jane"], Finding.OTHER_NAME),
        ("R", ["Robert"], Finding.INITIAL),
        ("Robert", ["R."], Finding.INITIAL),
        ("R", ["Ann"], Finding.DIFFERENT),
        ("Rebeca", ["Rebecka"], Finding.CLOSE),
        ("Soph", ["Sophronia"], Finding.CLOSE),
        ("John", ["Jane"], Finding.DIFFERENT),
        ("Ann", ["Robert"], Finding.DIFFERENT),
        (None, ["Robert"], Finding.UNKNOWN),
        ("Ann", [None], Finding.UNKNOWN),
    ],
)
def test_short_forms_initials_and_preferred_names_agree_and_strangers_do_not(
    name: str | None, known: list[str | None], expected: Finding
) -> None:
    assert given_finding([name], known) is expected
    assert given_finding(known, [name]) is expected


@pytest.mark.parametrize(
    ("given", "family"),
    [
        (None, "Vacant"),
        (None, "Locum 1"),
        ("Locum", "1"),
        (None, "Agency"),
        ("Agency", "Nurse"),
        ("TBC", "TBC"),
        (None, "To be confirmed"),
        (None, "Registrar 2"),
        (None, "SHO3"),
        ("SHO", "A"),
        (None, "Trust Grade 2"),
        ("Bank", "Doctor"),
    ],
)
def test_a_slot_of_the_rota_is_a_placeholder(given: str | None, family: str) -> None:
    assert is_placeholder(given, family)


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Ann", "Banks"),
        ("Grace", "Gapp"),
        (None, "Lo"),
        ("Tab", "Testa"),
        ("H.", "Doctor"),
        (None, "Nurse"),
        ("Grace", "House"),
        ("A", "Young"),
    ],
)
def test_an_unusual_name_is_not_a_placeholder(given: str | None, family: str) -> None:
    assert not is_placeholder(given, family)
