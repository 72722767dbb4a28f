"""Published observations beside the numbers of the model."""
