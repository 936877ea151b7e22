"""People as ESR knows them."""
