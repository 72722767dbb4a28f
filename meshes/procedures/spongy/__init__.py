"""Spongy cement: a plume that follows the way of least resistance through the bone."""
