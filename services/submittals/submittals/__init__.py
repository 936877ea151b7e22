"""submittals: absence and attendance from the rotas, through enrichment, validation and approval, to payroll."""
