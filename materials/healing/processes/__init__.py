"""Processes beside the laws: inflammation, vessels, remodelling, union."""
