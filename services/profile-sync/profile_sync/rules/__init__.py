"""The link rules: pure, from facts to a verdict."""
