"""Cases that follow from a few that are computed in full: which those are, by what rule, with what error."""
