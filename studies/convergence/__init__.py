"""One scenario on several meshes, and what its values tend to."""
