"""Deadlines: what each record has to make, who has it now, and the reminders that go out before a cut-off."""
