"""The HTTP API of esr-gateway: one module of operations for each noun, and the models that they answer."""
