from typing import Literal

WebhookAnswerTopicsItem = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

WEBHOOK_ANSWER_TOPICS_ITEM_VALUES: set[WebhookAnswerTopicsItem] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_webhook_answer_topics_item(value: str) -> WebhookAnswerTopicsItem:
    if value in WEBHOOK_ANSWER_TOPICS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_ANSWER_TOPICS_ITEM_VALUES!r}")
