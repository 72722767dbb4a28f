"""Faults on purpose: runs that are killed, interrupted or run out of space, and what is left of them."""
