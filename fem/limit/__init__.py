"""Limit analysis: the load at which a body gives way, bounded without following the way there."""
