"""The invented world: trusts, their people, posts, job plans and payroll calendars, the same for the same seed."""
