"""The examples in the API's description can be sent, and are what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from submittals import examples
from submittals.api import answers
from submittals.api.absences import ChaseAnswer
from submittals.api.checking import ChecksAnswer
from submittals.api.requests import BatchRecordIn, RecordIn
from submittals.api.settings_answers import PreviewAnswer, TableAnswer, TablesAnswer
from submittals.api.settings_bodies import RowsIn
from submittals.api.trusts import TrustAnswer
from submittals.trusts.settings import TrustSettings


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (TrustSettings, examples.TRUST),
        (TrustAnswer, examples.TRUST_ANSWER),
        (RowsIn, examples.ROWS),
        (TableAnswer, examples.TABLE),
        (TablesAnswer, examples.TABLES),
        (PreviewAnswer, examples.PREVIEW),
        (RecordIn, examples.ABSENCE),
        (RecordIn, examples.ATTENDANCE),
        (BatchRecordIn, examples.BATCH_RECORD),
        (answers.SubmittalAnswer, examples.SUBMITTAL),
        (answers.BatchAnswer, examples.BATCH),
        (ChecksAnswer, examples.CHECKS),
        (ChaseAnswer, examples.CHASE),
        (answers.SubmittalList, examples.LIST),
        (answers.CountsAnswer, examples.COUNTS),
        (answers.CalendarAnswer, examples.CALENDAR),
    ],
)
def test_an_example_fits_its_model(model: type[BaseModel], example: dict[str, Any]) -> None:
    made = model.model_validate(example)
    assert set(example) <= set(type(made).model_fields)
