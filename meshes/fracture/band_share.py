"""Volume fractions of a crushed band in tetrahedra that its borders cut."""

import numpy as np

from ..tetmesh import TetMesh
from .band import Band

_ON = 1e-7
"""Distance from a border at which a node lies on it [mm]."""


def band_share(mesh: TetMesh, band: Band) -> np.ndarray:
    """Volume fraction of each cell of an intact body that lies in the band; 0 in arch and processes.

    Parameters
    ----------
    mesh : TetMesh
    band : Band
        At its nodes.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    z = mesh.points[:, 2]
    corners = mesh.cells[:, :4]
    share = share_below((z - band.upper)[corners]) - share_below((z - band.lower)[corners])
    share = np.round(np.clip(share, 0, 1), 9) + 0.0
    share[mesh.is_arch] = 0
    return share


def share_below(values: np.ndarray) -> np.ndarray:
    """Volume fraction of tetrahedra in which a linear function is negative.

    Cells cut between the second and the third corner by height leave a wedge, summed from three tetrahedra.

    Parameters
    ----------
    values : ndarray, shape (m, 4)
        At the corners.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    v = np.sort(np.where(np.abs(values) < _ON, 0.0, values), axis=1)
    a, b, c, d = -v.T
    fraction = (d >= 0).astype(float)
    one = (a > 0) & (b <= 0)
    fraction[one] = a[one] ** 3 / ((a - b) * (a - c) * (a - d))[one]
    three = (c > 0) & (d < 0)
    fraction[three] = 1 - (-d[three]) ** 3 / ((a - d) * (b - d) * (c - d))[three]
    two = (b > 0) & (c <= 0) & (d < 0)
    a, b, c, d = a[two], b[two], c[two], d[two]
    ac, ad, bc, bd = a / (a - c), a / (a - d), b / (b - c), b / (b - d)
    fraction[two] = ac * ad + bc * bd * (1 - ad) + bc * ad * (1 - ac)
    return fraction
