from typing import Literal

ListChangesTopicType0Item = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

LIST_CHANGES_TOPIC_TYPE_0_ITEM_VALUES: set[ListChangesTopicType0Item] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_list_changes_topic_type_0_item(value: str) -> ListChangesTopicType0Item:
    if value in LIST_CHANGES_TOPIC_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_CHANGES_TOPIC_TYPE_0_ITEM_VALUES!r}")
