"""Time and memory of the solver against its peers; see README.md. Truth lives in tests/verification."""
