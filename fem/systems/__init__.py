"""From cells to equations: constraints, platens, sparsity, assembly, and their direct solution."""
