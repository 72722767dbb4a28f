"""What may be asked: the scenario file, its checks and the bundled scenarios."""
