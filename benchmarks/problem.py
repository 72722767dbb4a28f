"""The benchmark problem: a vertebra-like body with a wedge of callus, at named sizes.

A kidney-shaped prism (section 45 x 32 mm, height 28 mm) with a cortical shell of 0.35 mm and endplates of 0.5 mm
(8 GPa), trabecular bone of 100 to 500 MPa, a wedge-shaped band of callus (0.5 to 6000 MPa) and, where asked for,
a lump of cement (2.5 GPa). Quadratic tetrahedra have straight edges, so that every peer can hold the same space.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.cells.elements import EDGES
from vertebra.fem.systems.platens import rigid_motion
from vertebra.meshes.parametric.body import ParametricBody
from vertebra.meshes.parametric.structured import Divisions, structured_body

SIZES = {
    1: {
        "4k": (6, 8),
        "40k": (13, 20),
        "135k": (20, 32),
        "300k": (27, 40),
        "400k": (30, 44),
        "1M": (41, 61),
        "3M": (60, 88),
    },
    2: {"4k": (3, 2), "40k": (6, 10), "135k": (10, 14), "300k": (13, 20), "1M": (20, 29)},
}
"""Rings and layers of elements by element order and name; names say about how many unknowns are free."""

LOADS = ("clamped", "sliding", "bending")
LAYERS = ("thin", "even", "flat")
CALLUS_MPA = (0.5, 6000.0)
"""Softest and stiffest callus."""

BODY = ParametricBody(
    width_superior_mm=45.0,
    width_inferior_mm=45.0,
    depth_superior_mm=32.0,
    depth_inferior_mm=32.0,
    height_posterior_mm=28.0,
    height_anterior_mm=28.0,
    posterior_concavity_mm=2.0,
    waist_area_ratio=1.0,
    concavity_superior_mm=0.0,
    concavity_inferior_mm=0.0,
    concavity_diameter_ratio=0.7,
    shell_mm=0.35,
    endplate_mm=0.5,
)


@dataclass(frozen=True)
class Case:
    """One problem as every peer gets it.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
    cells : ndarray of int32, shape (m, 4) or (m, 10)
    supports : ndarray, shape (n, 3) [mm]
        Prescribed displacement, NaN where free.
    young, poisson : ndarray, shape (m,) [MPa], [-]
    callus : ndarray of bool, shape (m,)
        Cells whose moduli change over a series.
    """

    points: np.ndarray
    cells: np.ndarray
    supports: np.ndarray
    young: np.ndarray
    poisson: np.ndarray
    callus: np.ndarray

    @property
    def order(self) -> int:
        """1 for 4-node, 2 for 10-node tetrahedra."""
        return 1 if self.cells.shape[1] == 4 else 2

    @property
    def prescribed(self) -> np.ndarray:
        """Supports with zeros on free unknowns; shape (n, 3) [mm]."""
        return np.nan_to_num(self.supports, nan=0.0)

    def save(self, folder: Path) -> None:
        """Write every array as a `.npy` file."""
        for name, array in vars(self).items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> "Case":
        """Read what `save` wrote."""
        return cls(**{name: np.load(folder / f"{name}.npy") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class System:
    """The assembled problem for peers that only solve: stiffness in 3x3 blocks and right-hand side.

    Attributes
    ----------
    indptr, indices, blocks : ndarray, shapes (r + 1,), (b,), (b, 3, 3) [N/mm]
        Block-CSR over the nodes that can move; unknowns held in part stand on the diagonal only.
    rhs : ndarray, shape (3 r,) [N]
    node : ndarray of int32, shape (r,)
        Node of each block row.
    """

    indptr: np.ndarray
    indices: np.ndarray
    blocks: np.ndarray
    rhs: np.ndarray
    node: np.ndarray

    def save(self, folder: Path) -> None:
        """Write every array as a `.npy` file."""
        for name, array in vars(self).items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path) -> "System":
        """Read what `save` wrote."""
        return cls(**{name: np.load(folder / f"{name}.npy") for name in cls.__dataclass_fields__})


def callus_poisson(young: float) -> float:
    """Poisson's ratio of the callus: 0.40 at the softest to 0.30 at the stiffest, linear in log E."""
    soft, stiff = np.log(CALLUS_MPA)
    return float(0.40 - 0.10 * np.clip((np.log(young) - soft) / (stiff - soft), 0, 1))


def refuse_unknown_sizes(parser: argparse.ArgumentParser, sizes: list[str], order: int) -> None:
    """End with a message where a size has no name in `SIZES`."""
    for size in sizes:
        if size not in SIZES[order]:
            parser.error(f"size {size!r}: expected {', '.join(SIZES[order])} for order {order}")


def build_case(
    size: str,
    order: int = 1,
    *,
    callus: float = 50.0,
    cement: bool = False,
    load: str = "clamped",
    poisson: float | None = None,
    layers: str = "thin",
) -> Case:
    """Build the named problem.

    Parameters
    ----------
    size : str
        A name of `SIZES[order]`.
    order : int
        1 for 4-node, 2 for 10-node tetrahedra.
    callus : float [MPa]
    cement : bool
    load : {"clamped", "sliding", "bending"}
        Both ends held and 0.3 mm of compression; the same with an upper platen that lets the bone slide;
        0.01 rad of flexion.
    poisson : float, optional
        Poisson's ratio of the callus, in place of `callus_poisson`.
    layers : {"thin", "even", "flat"}
        Shell and endplates of true thickness, or one even element thick; or of 0.05 mm, which makes slivers.
    """
    if size not in SIZES[order]:
        text = f"size {size!r} of order {order}: expected one of {', '.join(SIZES[order])}."
        raise ValueError(text)
    if load not in LOADS:
        text = f"load {load!r}: expected one of {', '.join(LOADS)}."
        raise ValueError(text)
    if layers not in LAYERS:
        text = f"layers {layers!r}: expected one of {', '.join(LAYERS)}."
        raise ValueError(text)
    rings, heights = SIZES[order][size]
    body = BODY
    if layers == "even":
        body = replace(BODY, shell_mm=16 / (rings + 1), endplate_mm=28 / (heights + 2))
    elif layers == "flat":
        body = replace(BODY, shell_mm=0.05, endplate_mm=0.05)
    mesh = structured_body(
        body,
        edge_mm=1.0,  # the divisions count
        shell_mm=body.shell_mm,
        endplate_mm=body.endplate_mm,
        order=1,
        breaks=(),
        divisions=Divisions(rings, (heights,)),
    )
    x, y, z = mesh.points[mesh.cells].mean(axis=1).T
    core = mesh.in_region("trabecular")
    field = 300 + 200 * np.sin(x / 5) * np.cos(y / 6) * np.cos(z / 4)
    young = np.where(
        core, 10 * np.round(field / 10), 8000.0
    )  # few levels: a deck holds one material for each
    nu = np.full(len(young), 0.3)
    band = core & (np.abs(z) < 1.5 + 3.5 * (y + 16) / 32)
    young[band] = callus
    nu[band] = callus_poisson(callus) if poisson is None else poisson
    if cement:
        lump = core & ((x / 11) ** 2 + (y / 8) ** 2 + (z / 9) ** 2 < 1)
        band &= ~lump
        young[lump], nu[lump] = 2500.0, 0.3
    points, cells = mesh.points, mesh.cells
    if order == 2:
        points, cells = _straight_mid_nodes(points, cells)
    return Case(points, cells, _supports(points, load), young, nu, band)


def _straight_mid_nodes(points, cells):
    """Ten-node tetrahedra with mid nodes halfway between the corners."""
    ends = np.sort(np.stack([cells[:, e] for e in EDGES], axis=1), axis=2).reshape(-1, 2).astype(np.int64)
    key, number = np.unique(ends[:, 0] * len(points) + ends[:, 1], return_inverse=True)
    mid = (points[key // len(points)] + points[key % len(points)]) / 2
    mids = (number + len(points)).reshape(len(cells), 6)
    return np.concatenate([points, mid]), np.hstack([cells, mids]).astype(np.int32)


def _supports(points, load):
    """Prescribed displacement of both flat ends."""
    low, high = points[:, 2].min(), points[:, 2].max()
    upper = points[:, 2] > high - 1e-9
    supports = np.full(points.shape, np.nan)
    supports[points[:, 2] < low + 1e-9] = 0.0
    if load == "bending":
        supports[upper] = 0.01 * rigid_motion(points[upper], "flexion", np.array([0, 0, high]))
    else:
        supports[upper] = 0.3 * rigid_motion(points[upper], "axial", np.zeros(3))
        if load == "sliding":
            supports[upper, :2] = np.nan
    return supports


def assemble(case: Case) -> System:
    """Stiffness and right-hand side as our solver sees them."""
    problem = Elasticity(case.points, case.cells, case.supports)
    K, b = problem.system(case.young, case.poisson)
    return System(K.indptr, K.indices, K.data, b[0], row_nodes(problem))


def row_nodes(problem: Elasticity) -> np.ndarray:
    """Node of each block row of `Elasticity.system`: the peers' rigid-body modes need the coordinates."""
    return problem._system.pattern.node


def prescribed_energy(case: Case) -> float:
    """u_h . K u_h of the prescribed displacements with all free unknowns at zero [N mm]."""
    prescribed = case.prescribed
    touched = prescribed.any(axis=1)[case.cells].any(axis=1)
    used, cells = np.unique(case.cells[touched], return_inverse=True)
    part = Elasticity(case.points[used], cells.reshape(-1, case.cells.shape[1]), prescribed[used])
    return float(part.solve(case.young[touched], case.poisson[touched]).energy)
