"""The spread between patients: the band of every curve, and the branch that never unites."""
