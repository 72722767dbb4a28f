"""Arms and runs side by side."""
