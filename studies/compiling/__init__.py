"""Kernels that a run will call: a recorded list, and helper processes that compile them while the run begins."""
