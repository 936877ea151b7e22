"""Where job plans come from: one adapter per provider, all behind the JobPlanProvider port."""
