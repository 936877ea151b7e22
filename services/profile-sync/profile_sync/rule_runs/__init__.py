"""Runs of the link rules over a whole trust: asked for, tried out or taken into effect block by block, and looked at."""
