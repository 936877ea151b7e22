"""What was done: work put by rotas, leave and paid extra work from submittals."""
