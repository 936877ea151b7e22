"""What goes to ESR: the payroll calendar, instructions, runs, their files, and what became of each line."""
