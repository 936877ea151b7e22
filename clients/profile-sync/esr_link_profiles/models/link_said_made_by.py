from typing import Literal

LinkSaidMadeBy = Literal["person", "rule"]

LINK_SAID_MADE_BY_VALUES: set[LinkSaidMadeBy] = {
    "person",
    "rule",
}


def check_link_said_made_by(value: str) -> LinkSaidMadeBy:
    if value in LINK_SAID_MADE_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINK_SAID_MADE_BY_VALUES!r}")
