from typing import Literal

ListProfilesStateType0 = Literal["excluded", "matched", "possible", "unmatched"]

LIST_PROFILES_STATE_TYPE_0_VALUES: set[ListProfilesStateType0] = {
    "excluded",
    "matched",
    "possible",
    "unmatched",
}


def check_list_profiles_state_type_0(value: str) -> ListProfilesStateType0:
    if value in LIST_PROFILES_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_PROFILES_STATE_TYPE_0_VALUES!r}")
