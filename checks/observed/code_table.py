"""Rows that need a table or a volume of another project: the same vertebra by two programs, and its moduli.

The repository wallematthias/parosol-py keeps what its ParOSol, and FAIM through Ogo, give for a small L4 of voxels, as
`core_metric_lock.csv` in `tests/fixtures/fea_reference/`; the moduli of the L4 with its caps as `material.nii.gz` in
`field_data/vertebra_l4_mini/spine-compression/` there. The package ships none of it.
"""

from pathlib import Path

from vertebra.images.reading import read_image
from vertebra.models.imported.voxel_grid import fitted_stiffness, voxel_stiffness

from .separated import positive, read_separated

FILE = "core_metric_lock.csv"
MODULI = "material.nii.gz"
EDGE_MM = 2.0
"""Of the mesh that is fitted to the moduli."""
_VERTEBRA, _COLUMN = "vertebra_l4_mini", "stiffness_n_per_mm"
_ENGINES = ("parosol-py", "ogo")


def code_rows(folder: Path) -> dict[str, dict[str, float]]:
    """I9_codes from the table in a folder; nothing where it is not there.

    Raises
    ------
    ValueError
        It does not hold the vertebra by both programs.
    """
    file = folder / FILE
    if not file.is_file():
        return {}
    stiffness = {}
    for line, row in read_separated(file):
        if row.get("fixture") == _VERTEBRA and row.get("engine") in _ENGINES:
            stiffness[row["engine"]] = positive(file, line, _COLUMN, row.get(_COLUMN, ""))
    if set(stiffness) != set(_ENGINES):
        message = (
            f"{file}: found {_VERTEBRA} by {', '.join(stiffness) or 'no engine'}, expected it by "
            f"{' and '.join(_ENGINES)} in the columns fixture, engine and {_COLUMN}. Fetch the file again."
        )
        raise ValueError(message)
    own, other = (stiffness[engine] for engine in _ENGINES)
    return {"I9_codes": {"": 100 * (own / other - 1)}}


def grid_rows(folder: Path) -> dict[str, dict[str, float]]:
    """I9 and I10 from the moduli in a folder; nothing where they are not there.

    Raises
    ------
    ImageError
        They are no moduli in MPa.
    MeshingFailed
    """
    file = folder / MODULI
    if not file.is_file():
        return {}
    young = read_image(file)
    voxels, fitted = voxel_stiffness(young).stiffness, fitted_stiffness(young, EDGE_MM).stiffness
    return {
        "I9": {"voxels cut into 4-node tetrahedra": voxels, "10-node tetrahedra of 2 mm": fitted},
        "I10": {"over voxels cut into tetrahedra": fitted / voxels},
    }
