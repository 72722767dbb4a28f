"""A vertebra between its platens: solved, superposed to unit force, measured."""
