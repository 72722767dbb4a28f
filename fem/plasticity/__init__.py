"""Elastic, perfectly plastic bodies: return mapping, inexact Newton, the load-displacement curve."""
