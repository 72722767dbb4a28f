"""Pictures of slices and films of them: drawn by matplotlib, which needs no graphics library."""
