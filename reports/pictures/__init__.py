"""Pictures of fields on a mesh."""
