from typing import Literal

RowEditActionType0 = Literal["create", "end", "leave", "link", "reinstate"]

ROW_EDIT_ACTION_TYPE_0_VALUES: set[RowEditActionType0] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_row_edit_action_type_0(value: str) -> RowEditActionType0:
    if value in ROW_EDIT_ACTION_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROW_EDIT_ACTION_TYPE_0_VALUES!r}")
