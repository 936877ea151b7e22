from typing import Literal

WebhookBodyTopicsItem = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

WEBHOOK_BODY_TOPICS_ITEM_VALUES: set[WebhookBodyTopicsItem] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_webhook_body_topics_item(value: str) -> WebhookBodyTopicsItem:
    if value in WEBHOOK_BODY_TOPICS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_BODY_TOPICS_ITEM_VALUES!r}")
