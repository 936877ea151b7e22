"""Links between profiles and people: evaluated, decided, stored and told of."""
