"""profile-sync: one person, many profiles; links them by ESR number and suggests the rest."""
