"""Studies of mesh convergence: `convergence.csv` and `extrapolated.csv`."""

from ..column import Column, TableLayout
from .shared import ARM, DAY, HUNDREDTHS, QUANTITY, WHOLE

CONVERGENCE = TableLayout(
    "convergence.csv",
    "One row per arm, day, quantity and mesh, coarsest mesh first (`vertebra converge`).",
    (
        ARM,
        DAY,
        QUANTITY,
        Column("edge_mm", "mm", "Edge length that the mesher is asked for."),
        Column("element_mm", "mm", "Edge of the regular tetrahedron as large as the mean cell of the core."),
        Column("unknowns", "-", "Number of degrees of freedom of the mesh.", form=WHOLE),
        Column("value", "as the quantity", "Value on this mesh."),
        Column("error_percent", "%", "Difference from the extrapolated value.", form=HUNDREDTHS),
    ),
)
EXTRAPOLATED = TableLayout(
    "extrapolated.csv",
    "One row per arm, day and quantity: what the values of all meshes tend to (`vertebra converge`).",
    (
        ARM,
        DAY,
        QUANTITY,
        Column("extrapolated", "as the quantity", "Value at element size zero."),
        Column("uncertainty", "as the quantity", "Uncertainty of the extrapolated value."),
        Column("uncertainty_percent", "%", "Uncertainty over the extrapolated value.", form=HUNDREDTHS),
        Column("order", "-", "Observed order of convergence; empty where none is seen.", form=HUNDREDTHS),
        Column("verdict", "", "How far the observed order can be trusted."),
        Column("finest", "as the quantity", "Value on the finest mesh."),
        Column("finest_error_percent", "%", "Its difference from the extrapolated value.", form=HUNDREDTHS),
    ),
)
