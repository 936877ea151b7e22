from typing import Literal

OnboardingTaskAction = Literal["create", "end", "leave", "link", "reinstate"]

ONBOARDING_TASK_ACTION_VALUES: set[OnboardingTaskAction] = {
    "create",
    "end",
    "leave",
    "link",
    "reinstate",
}


def check_onboarding_task_action(value: str) -> OnboardingTaskAction:
    if value in ONBOARDING_TASK_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ONBOARDING_TASK_ACTION_VALUES!r}")
