"""Many equilibria along a known history of moduli: projection on earlier solutions, certified, iterated where needed.

At every time the displacement is first sought in the span of what earlier times have left (Galerkin projection, the
best choice in the energy norm). Its error e obeys K e = r. With the multigrid cycle M, last refreshed at moduli s,

    |e|_K^2 = r . K^-1 r <= C r . M r / gamma,    gamma = min over cells of (mu_t / mu_s, kappa_t / kappa_s),

because K_t >= gamma K_s (kappa: bulk modulus). Always C <= 1 / theta with theta the smallest eigenvalue of M K_s; half
of the smallest Ritz value met in the conjugate gradients of this trajectory stands for it, and certifies what these
have finished. What a projection leaves is smooth and far from that worst case: wherever one is finished by conjugate
gradients, |e|_K^2 / r . M r is measured (1.1 to 2.1 on vertebral bodies, where 1 / theta is 8 to 250), and C for
projections is 3 times the largest value so far. Where the bound exceeds the tolerance the cycle is refreshed, and if
that does not help the projection is finished by conjugate gradients, and what they add joins the span (once more
projected, so that energies and balance stay second order in the error). Ends and midpoints are visited first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np

from .constraints import read_moduli
from .krylov import NotConverged, conjugate_gradients
from .reduced import ReducedStiffness
from .solution import Solution
from .system import LoadModes, System, relative_size

RITZ_SHARE = 0.5
"""Share of the smallest Ritz value that is taken for the smallest eigenvalue."""
SAFETY = 3.0
"""C for projections over the largest |e|_K^2 / r . M r that was measured."""
REST = 0.1
"""Conjugate gradients go on to this share of the tolerance, so that the span is worth more than one time."""
STALE_SPREAD = 4.0
"""A cycle is good enough for moduli whose ratios to its own vary by less than this factor."""
FIRST = 1e-5
"""Square of the share of the tolerance to which the first time is solved, in the norm of the cycle."""
ROUNDING = 1e-12
"""No certificate is smaller: what rounding leaves of an exact factorisation."""
ROUNDS = 4
"""Attempts to meet the certificate at one time."""


@dataclass(frozen=True)
class TrajectorySolution(Solution):
    """Solution at one time of a history.

    Attributes
    ----------
    origin : str
        "projected" where the span of other times sufficed, "iterated" where it was extended here.
    certificate : float
        Bound of the relative error in the energy norm, largest over modes.
    """

    origin: str
    certificate: float


class Trajectory(Sequence[TrajectorySolution]):
    """Solutions of a history in its order, kept as coefficients on shared fields.

    Attributes
    ----------
    origins : list of str
        How each time was obtained: "projected" or "iterated".
    certificates : list of float
        Bound of the relative error in the energy norm, largest over modes.
    iterations : list of int
        Of conjugate gradients, at each time.
    n_fields : int
        Size of the shared basis.
    """

    def __init__(self, system: System, history: Sequence, modes: LoadModes, method: str):
        self.origins = [""] * len(history)
        self.certificates = [np.nan] * len(history)
        self.iterations = [0] * len(history)
        self._system = system
        self._history = history
        self._modes = modes
        self._method = method
        self._coefficients = [np.empty(0)] * len(history)
        self._fields = np.concatenate([modes.prescribed, system.rigid_fields])

    @property
    def n_fields(self) -> int:
        """Size of the shared basis."""
        return len(self._fields)

    def __len__(self) -> int:
        """Count the times."""
        return len(self._history)

    @overload
    def __getitem__(self, index: int) -> TrajectorySolution: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrajectorySolution]: ...

    def __getitem__(self, index):
        """Form the solution at one time, or a list of them for a slice."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index = range(len(self))[index]
        lam, mu = _moduli(self._history, index, len(self._system.cells))
        displacement = self._displacement(self._coefficients[index])
        return self._solution(index, lam, mu, displacement, self._system.internal(lam, mu, displacement))

    def _displacement(self, coefficients):
        n = coefficients.shape[1]
        return np.tensordot(coefficients, self._fields[:n], 1)

    def _solution(self, index, lam, mu, displacement, internal) -> TrajectorySolution:
        system, modes = self._system, self._modes
        residual = internal if modes.forces is None else internal - modes.forces
        return TrajectorySolution(
            **system.solution_fields(lam, mu, modes, displacement, internal),
            iterations=self.iterations[index],
            residual=relative_size(system.rows(residual), system.right_hand_side(lam, mu, modes)),
            method=self._method,
            origin=self.origins[index],
            certificate=self.certificates[index],
        )


def visiting_order(n_times: int) -> Iterator[int]:
    """Ends, then midpoints of ever shorter intervals; every other level downwards, to stay near the last cycle."""
    if n_times <= 0:
        return
    yield 0
    if n_times == 1:
        return
    yield n_times - 1
    edges = [0, n_times - 1]
    downwards = True
    while len(edges) < n_times:
        middles = [(a + b) // 2 for a, b in pairwise(edges) if b - a > 1]
        yield from reversed(middles) if downwards else middles
        edges = sorted(edges + middles)
        downwards = not downwards


def follow(
    system: System,
    history: Sequence,
    loads,
    *,
    energy_tolerance: float,
    consume: Callable[[int, TrajectorySolution], None] | None,
    direct: bool,
) -> Trajectory:
    """Find the equilibria along a history; see `Elasticity.trajectory`."""
    modes = system.load_modes(loads)
    trajectory = Trajectory(system, history, modes, "direct" if direct else "iterative")
    cycle = _Cycle(system, direct)
    reduced = ReducedStiffness(system.cells, system.geometry)
    for index in visiting_order(len(history)):
        lam, mu = _moduli(history, index, len(system.cells))
        coefficients = _project(trajectory._fields, reduced, modes, lam, mu)
        displacement = trajectory._displacement(coefficients)
        internal, residual, energy = _balance(system, modes, lam, mu, displacement)
        certificate = cycle.certify(residual, energy, lam, mu)
        if not certificate <= energy_tolerance and cycle.refresh(lam, mu):
            certificate = cycle.certify(residual, energy, lam, mu)
        trajectory.origins[index] = "projected"
        if not certificate <= energy_tolerance:
            trajectory.origins[index] = "iterated"
            b = system.right_hand_side(lam, mu, modes)
            product = system.product(system.stiffness(lam, mu) if cycle.values is None else cycle.values)
            for _ in range(ROUNDS):  # a second round only where the first has lowered the Ritz value
                correction, iterations = cycle.correct(
                    product, residual, b, energy, energy_tolerance, lam, mu
                )
                trajectory.iterations[index] += iterations
                fields = _orthonormal(correction, product(correction))
                trajectory._fields = np.concatenate([trajectory._fields, system.nodal(fields)])
                coefficients = _project(trajectory._fields, reduced, modes, lam, mu)
                displacement = trajectory._displacement(coefficients)
                internal, residual, energy = _balance(system, modes, lam, mu, displacement)
                certificate = cycle.certify(residual, energy, lam, mu, finished=True)
                if certificate <= energy_tolerance:
                    break
            else:
                text = f"history item {index}: error bound stays at {certificate:.1e}, above {energy_tolerance:.1e}."
                raise NotConverged(text, [certificate])
        trajectory._coefficients[index] = coefficients
        trajectory.certificates[index] = certificate
        if consume is not None:
            consume(index, trajectory._solution(index, lam, mu, displacement, internal))
    return trajectory


class _Cycle:
    """The approximate inverse at the moduli it was last refreshed for, and what is known about its quality.

    `values` is the stiffness of the moduli asked for last, if it was assembled for them.
    """

    def __init__(self, system: System, direct: bool):
        self.values: np.ndarray | None = None
        self._system = system
        self._inverse = system.factorisation if direct else system.multigrid
        self._moduli: tuple[np.ndarray, np.ndarray] | None = None
        self._smallest = np.inf
        self._largest_ratio = 0.0

    def refresh(self, lam, mu) -> bool:
        """Move to new moduli unless it is near them already; tells whether it moved."""
        self.values = None
        if self._moduli is not None:
            low, high = self._spread(lam, mu)
            if high <= STALE_SPREAD * low:
                return False
        self.values = self._system.stiffness(lam, mu)
        self._inverse.refresh(self.values)
        self._moduli = lam, mu
        return True

    def certify(self, residual, energy, lam, mu, *, finished: bool = False) -> float:
        """Bound the relative error in the energy norm, largest over modes; nan before anything is known.

        `finished` marks the residual that conjugate gradients have left.
        """
        if self._moduli is None or not np.isfinite(self._smallest):
            return np.nan
        worst = 1 / (RITZ_SHARE * self._smallest)
        constant = worst if finished else min(worst, SAFETY * self._largest_ratio)
        square = np.einsum("kri,kri->k", residual, self._inverse.apply(residual))
        square *= constant / self._spread(lam, mu)[0]
        return max(ROUNDING, float(np.sqrt(np.max(square / np.where(energy > 0, energy, 1.0)))))

    def correct(self, product, residual, b, energy, tolerance, lam, mu) -> tuple[np.ndarray, int]:
        """Solve K e = residual until the error is a share of the tolerance.

        The first solve of a trajectory goes a good deal further, for its Ritz value and its ratio.
        """
        first = not np.isfinite(self._smallest)
        ritz = FIRST if first else 0.5 * RITZ_SHARE * self._smallest * self._spread(lam, mu)[0]
        bound = tolerance**2 * energy * min((REST / SAFETY) ** 2, ritz)
        inverse = self._inverse.apply
        before = np.einsum("kri,kri->k", residual, inverse(residual))
        relative = 1e-8 / max(relative_size(residual, b), 1e-7)
        start = np.zeros_like(residual)
        correction, convergence = conjugate_gradients(
            product, inverse, residual, start, tolerance=relative, energy=bound
        )
        self._smallest = min(self._smallest, convergence.smallest)
        decrease = np.einsum("kri,kri->k", residual, correction)  # |e|_K^2, but for what is left
        ratio = decrease / np.where(before > 0, before, 1.0)
        self._largest_ratio = max(self._largest_ratio, float(ratio.max()))
        return correction, convergence.iterations

    def _spread(self, lam, mu) -> tuple[float, float]:
        """Least and largest ratio of the moduli to those of the cycle, over cells, shear and bulk."""
        assert self._moduli is not None
        lam_s, mu_s = self._moduli
        bulk = (3 * lam + 2 * mu) / (3 * lam_s + 2 * mu_s)
        shear = mu / mu_s
        return min(float(shear.min()), float(bulk.min())), max(float(shear.max()), float(bulk.max()))


def _moduli(history, index, n_cells):
    """Lamé's constants at one time."""
    try:
        young, poisson = history[index]
        return read_moduli(young, poisson, n_cells)
    except ValueError as error:
        text = f"history item {index}: {error}"
        raise ValueError(text) from error


def _project(fields, reduced, modes, lam, mu):
    """Galerkin coefficients (k, n) on the fields: those of the prescribed displacements are the identity."""
    k = len(modes.prescribed)
    G = reduced.matrix(fields, lam, mu)  # noqa: N806
    b = -G[k:, :k]
    if modes.forces is not None:
        b = b + np.tensordot(fields[k:], modes.forces, axes=([1, 2], [1, 2]))
    scale = np.sqrt(np.diag(G)[k:])
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(G[k:, k:] / np.outer(scale, scale))
    keep = values > 1e-12 * values[-1]
    vectors = vectors[:, keep]
    free = vectors @ ((vectors.T @ (b / scale[:, None])) / values[keep, None]) / scale[:, None]
    return np.concatenate([np.eye(k), free.T], axis=1)


def _balance(system, modes, lam, mu, displacement):
    """Internal forces (k, n, 3), residual on free unknowns (k, r, 3) and energy (k,) of displacements."""
    internal = system.internal(lam, mu, displacement)
    external = -internal if modes.forces is None else modes.forces - internal
    return internal, system.rows(external), np.einsum("kni,kni->k", displacement, internal)


def _orthonormal(correction, image):
    """Fields with unit energy that span k corrections (k, r, 3); image is their product with the stiffness."""
    k = len(correction)
    gram = correction.reshape(k, -1) @ image.reshape(k, -1).T
    scale = np.sqrt(np.diag(gram))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    keep = values > 1e-10
    transform = vectors[:, keep] / np.sqrt(values[keep]) / scale[:, None]
    return np.tensordot(transform.T, correction, 1)
