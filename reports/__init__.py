"""Finished results in, what people read out: charts, slices, films, the page with its 3-D scene, comparisons, a viewer.

Knows arrays, rows and folders; has never heard of solvers, laws or scenarios.
"""
