"""The preconditioner: block smoothed aggregation with rigid-body modes, and the iteration that it serves."""
