"""The HTTP API of profile-sync: one module of operations for each noun, and the models that they take and answer."""
