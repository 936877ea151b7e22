"""Job plans: what one is, its versions, which is in force, and what of it is told."""
