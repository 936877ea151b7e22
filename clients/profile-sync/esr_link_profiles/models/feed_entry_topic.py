from typing import Literal

FeedEntryTopic = Literal[
    "person.changed", "profile.linked", "profile.onboarded", "profile.review_needed", "profile.unlinked"
]

FEED_ENTRY_TOPIC_VALUES: set[FeedEntryTopic] = {
    "person.changed",
    "profile.linked",
    "profile.onboarded",
    "profile.review_needed",
    "profile.unlinked",
}


def check_feed_entry_topic(value: str) -> FeedEntryTopic:
    if value in FEED_ENTRY_TOPIC_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEED_ENTRY_TOPIC_VALUES!r}")
