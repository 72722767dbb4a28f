"""Tables of constants: one row, one source."""
