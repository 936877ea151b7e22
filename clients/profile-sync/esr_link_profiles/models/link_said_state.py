from typing import Literal

LinkSaidState = Literal["excluded", "matched", "possible", "unmatched"]

LINK_SAID_STATE_VALUES: set[LinkSaidState] = {
    "excluded",
    "matched",
    "possible",
    "unmatched",
}


def check_link_said_state(value: str) -> LinkSaidState:
    if value in LINK_SAID_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LINK_SAID_STATE_VALUES!r}")
