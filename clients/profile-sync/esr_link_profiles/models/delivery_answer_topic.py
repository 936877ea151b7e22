from typing import Literal

DeliveryAnswerTopic = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

DELIVERY_ANSWER_TOPIC_VALUES: set[DeliveryAnswerTopic] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_delivery_answer_topic(value: str) -> DeliveryAnswerTopic:
    if value in DELIVERY_ANSWER_TOPIC_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DELIVERY_ANSWER_TOPIC_VALUES!r}")
