from typing import Literal

AcknowledgementRowState = Literal["done", "refused"]

ACKNOWLEDGEMENT_ROW_STATE_VALUES: set[AcknowledgementRowState] = {
    "done",
    "refused",
}


def check_acknowledgement_row_state(value: str) -> AcknowledgementRowState:
    if value in ACKNOWLEDGEMENT_ROW_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACKNOWLEDGEMENT_ROW_STATE_VALUES!r}")
