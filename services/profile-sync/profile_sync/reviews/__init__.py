"""The review queue: what waits for a person, in which order, and acting on many at once."""
