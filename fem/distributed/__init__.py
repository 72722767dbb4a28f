"""Models beyond the memory of one process: PETSc in a process of its own, or in many on several machines."""
