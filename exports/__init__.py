"""Results for other programs: models and grids that they read."""
