"""What the ranges of constants and patients make of the curves of a run, and which of them matter."""
