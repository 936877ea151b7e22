from typing import Literal

OnboardingTaskAcknowledgedType0 = Literal["done", "refused"]

ONBOARDING_TASK_ACKNOWLEDGED_TYPE_0_VALUES: set[OnboardingTaskAcknowledgedType0] = {
    "done",
    "refused",
}


def check_onboarding_task_acknowledged_type_0(value: str) -> OnboardingTaskAcknowledgedType0:
    if value in ONBOARDING_TASK_ACKNOWLEDGED_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ONBOARDING_TASK_ACKNOWLEDGED_TYPE_0_VALUES!r}")
