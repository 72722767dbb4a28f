"""What is kept of a run: states, tables, fields, manifest."""
