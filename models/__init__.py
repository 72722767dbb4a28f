"""One vertebra on one day: anatomy, condition, specimen, and what is read from its solution."""
