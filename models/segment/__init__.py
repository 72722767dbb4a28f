"""A vertebra and its equal neighbour beyond a disc: what one does to the other."""
