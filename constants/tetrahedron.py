"""The 10-node tetrahedron, its nodes in the order of VTK."""

import numpy as np

EIGHTHS = np.array(
    [
        (0, 4, 6, 7),
        (4, 1, 5, 8),
        (6, 5, 2, 9),
        (7, 8, 9, 3),
        (4, 9, 5, 6),
        (4, 9, 6, 7),
        (4, 9, 7, 8),
        (4, 9, 8, 5),
    ]
)
"""It as eight 4-node ones, of equal volume where its edges are straight."""
EIGHTHS.flags.writeable = False
