"""Density, tissue fractions and state in; moduli, strengths and new state out."""
