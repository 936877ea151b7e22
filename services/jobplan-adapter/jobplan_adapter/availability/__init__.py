"""Who should be doing what in a week, from signed-off plans, by half day."""
