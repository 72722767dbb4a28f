"""Vertebral bodies out of a few dimensions, meshed as a mapped stack of discs."""
