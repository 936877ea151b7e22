from typing import Literal

OnboardingTaskKind = Literal["joiner", "leaver", "mover", "returner"]

ONBOARDING_TASK_KIND_VALUES: set[OnboardingTaskKind] = {
    "joiner",
    "leaver",
    "mover",
    "returner",
}


def check_onboarding_task_kind(value: str) -> OnboardingTaskKind:
    if value in ONBOARDING_TASK_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ONBOARDING_TASK_KIND_VALUES!r}")
