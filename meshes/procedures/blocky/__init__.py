"""Blocky cement: ellipsoids, and how they grow through the crushed bone."""
