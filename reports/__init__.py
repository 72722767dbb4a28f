"""Finished results in, files that people read out: tables, curves, pictures, field files, the report.

Knows arrays, rows and folders; has never heard of solvers, laws or scenarios.
"""
