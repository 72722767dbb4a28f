"""Tables of the scenario file about procedures: cement and how it gets into the body."""
