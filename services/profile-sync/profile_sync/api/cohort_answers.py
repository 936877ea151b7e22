"""From stored cohorts and their rows to the API's models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from profile_sync.api.cohort_models import (
    CohortAnswer,
    CohortFigures,
    CohortRow,
    CohortSummary,
    DepartmentOfCohort,
    FieldDifference,
    OnboardingTask,
    UploadAnswer,
    UploadChange,
    UploadProblem,
)
from profile_sync.cohorts.editing import wanted_of
from profile_sync.cohorts.reading import Figures
from profile_sync.cohorts.uploading import Upload


def summary_answer(row: Any, figures: Figures) -> CohortSummary:
    """A cohort in a list."""
    return CohortSummary(**_summary(row, figures))


def cohort_answer(row: Any, figures: Figures, names: Mapping[tuple[str, str], Sequence[str]]) -> CohortAnswer:
    """A cohort; `names` are what ESR calls the departments that the caller may see."""
    own = set(CohortAnswer.model_fields) - set(CohortSummary.model_fields) - {"departments"}
    departments = [DepartmentOfCohort(product=p, department=d, organisations=list(o)) for (p, d), o in names.items()]
    return CohortAnswer(**_summary(row, figures), departments=departments, **{name: getattr(row, name) for name in own})


def _summary(row: Any, figures: Figures) -> dict[str, Any]:
    stored = ("vpd", "cohort_id", "name", "changeover", "state", "version")
    counted = CohortFigures.model_validate(asdict(figures))
    return {**{name: getattr(row, name) for name in stored}, "progress": figures.progress, "figures": counted}


def row_answer(row: Any) -> CohortRow:
    """A row of a plan."""
    action, profile_id = wanted_of(row)
    values = {**row._asdict(), **row.facts, "action": action, "profile_id": profile_id}
    values |= {"differences": row.difference or [], "outcome": row.outcome or "waiting"}
    return CohortRow.model_validate({name: values[name] for name in CohortRow.model_fields})


def task_answer(row: Any) -> OnboardingTask:
    """What a product must do of a row that was told of."""
    values = {**row._asdict(), **row.facts, "action": row.told_action, "profile_id": row.told_profile_id}
    values |= {"withdrawn": row.outcome == "undone", "told_at": row.outcome_at}
    return OnboardingTask.model_validate({name: values[name] for name in OnboardingTask.model_fields})


def upload_answer(upload: Upload, *, taken: bool) -> UploadAnswer:
    """What a file comes to."""
    changes = [
        UploadChange(
            employee_number=one.edit.key[0],
            product=one.edit.key[1],
            department=one.edit.key[2],
            fields=[FieldDifference(field=name, before=was, after=now) for name, was, now in one.changes],
        )
        for one in upload.changes
    ]
    problems = [
        UploadProblem(row=one.row, code=one.code, field=one.field, detail=one.sentence) for one in upload.troubles
    ]
    return UploadAnswer(taken=taken, changes=changes, same=upload.same, problems=problems)
