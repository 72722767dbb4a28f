"""Tables of the scenario file about the answer: how it is computed, how it is spread, what is written."""
