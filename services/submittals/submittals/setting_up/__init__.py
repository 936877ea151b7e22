"""Setting a trust up: its tables as sheets of lines, checked, compared with what is in force, and put as editions."""
