"""Field files: their fields, their format, and what goes into the file of an arm."""
