"""Corrections of what was sent: a reversal and a replacement, proposed by one person and seconded by another."""
