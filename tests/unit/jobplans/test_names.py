"""Keys that two ways of writing one name share, and that two names do not."""

import pytest

from jobplan_adapter.people.names import email_key, local_part, name_key, shown_name


@pytest.mark.parametrize(
    ("given", "family", "key"),
    [
        ("Zoë", "O'Brien", "obrien zoe"),
        ("ZOE ANN", "O BRIEN", "obrien zoe"),
        ("Jo", "Smith-Jones", "smithjones jo"),
        ("", "Smith", None),
        (None, "Smith", None),
        ("Jo", "中", None),
    ],
)
def test_a_name_is_the_same_without_case_accents_and_further_names(given: object, family: str, key: str | None) -> None:
    assert name_key(given, family) == key


def test_an_address_is_the_same_in_any_case_and_what_is_none_is_none() -> None:
    assert email_key(" Jo.Smith@Trust.NHS.uk ") == "jo.smith@trust.nhs.uk"
    assert local_part("jo.smith@trust.nhs.uk") == "jo.smith"
    assert [email_key(one) for one in ("jo smith", "", None, 7, "a@b@c")] == [None] * 5


def test_a_name_is_shown_as_far_as_there_is_one() -> None:
    assert (shown_name("Jo", "Smith"), shown_name(None, "Smith"), shown_name(" ", 7)) == ("Jo Smith", "Smith", None)
