"""The crushed zone of a body, and the cleft in it."""
