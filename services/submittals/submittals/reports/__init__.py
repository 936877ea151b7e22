"""Reports: what belonged to a pay, what was approved for it, and exactly what was sent, line by line."""
