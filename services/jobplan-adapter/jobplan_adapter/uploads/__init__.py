"""Files of job plans that a trust uploads: kept, shown for what they would change, taken into effect."""
