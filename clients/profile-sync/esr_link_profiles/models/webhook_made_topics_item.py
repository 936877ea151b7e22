from typing import Literal

WebhookMadeTopicsItem = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

WEBHOOK_MADE_TOPICS_ITEM_VALUES: set[WebhookMadeTopicsItem] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_webhook_made_topics_item(value: str) -> WebhookMadeTopicsItem:
    if value in WEBHOOK_MADE_TOPICS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_MADE_TOPICS_ITEM_VALUES!r}")
