from typing import Literal

PersonFoundMatch = Literal["begins", "name", "number", "slip", "sound"]

PERSON_FOUND_MATCH_VALUES: set[PersonFoundMatch] = {
    "begins",
    "name",
    "number",
    "slip",
    "sound",
}


def check_person_found_match(value: str) -> PersonFoundMatch:
    if value in PERSON_FOUND_MATCH_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PERSON_FOUND_MATCH_VALUES!r}")
