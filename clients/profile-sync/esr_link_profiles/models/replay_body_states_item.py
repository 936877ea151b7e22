from typing import Literal

ReplayBodyStatesItem = Literal["delivered", "parked"]

REPLAY_BODY_STATES_ITEM_VALUES: set[ReplayBodyStatesItem] = {
    "delivered",
    "parked",
}


def check_replay_body_states_item(value: str) -> ReplayBodyStatesItem:
    if value in REPLAY_BODY_STATES_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REPLAY_BODY_STATES_ITEM_VALUES!r}")
