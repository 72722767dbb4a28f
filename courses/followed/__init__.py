"""Courses that are walked day by day: a law that follows strain, a body that goes on losing height."""
