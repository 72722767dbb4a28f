"""What happens in one cell: shape functions, geometry, moduli, stress, loads."""
