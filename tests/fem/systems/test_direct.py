import numpy as np

from vertebra.fem.cells.moduli import Moduli
from vertebra.fem.systems.direct import Factorisation
from vertebra.fem.systems.system import System, relative_size
from vertebra.meshes.shapes import box


def test_factorisation_inverts_the_product():
    points, cells = box((1.0, 1.0, 1.0), (2, 2, 2), 2)
    supports = np.where((points[:, 2] == 0)[:, None], 0.0, np.full(points.shape, np.nan))
    system = System(points, cells, supports)
    values = system.stiffness(Moduli.read(10.0, 0.3, len(cells)))
    inverse = Factorisation(system.pattern)
    inverse.refresh(values)
    x = np.random.default_rng(0).uniform(size=(2, len(system.pattern.node), 3))
    assert relative_size(inverse.apply(system.product(values)(x)) - x, x) < 1e-11
