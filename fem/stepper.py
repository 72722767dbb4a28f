"""Equilibria of one mesh asked for one after another: projected on earlier ones, certified, iterated where needed.

At every time the displacement is first sought in the span of what earlier times have left (Galerkin projection, the
best choice in the energy norm). Where its certificate (see `cycle`) exceeds the tolerance, the projection is finished
by conjugate gradients, and what they add joins the span: once more projected, so that energies and balance stay second
order in the error.
"""

import numpy as np

from .constraints import read_moduli
from .cycle import Cycle
from .equilibrium import load_of
from .krylov import NotConverged
from .solution import Basis, TrajectorySolution
from .system import System, relative_size

ROUNDS = 4
"""Attempts to meet the certificate at one time."""


class Stepper:
    """Solves for moduli that become known one after another; later times are the cheaper for earlier ones.

    Parameters
    ----------
    system : System
    loads : array, shape (n, 3) or (k, n, 3) [N], or None
        Nodal forces, the same at all times.
    energy_tolerance : float
        Allowed relative error of each displacement in the energy norm.
    direct : bool
        Factorise instead of building a hierarchy.
    """

    def __init__(self, system: System, loads, *, energy_tolerance: float, direct: bool):
        self._system = system
        self._modes = system.load_modes(loads)
        self._tolerance = energy_tolerance
        self._method = "direct" if direct else "iterative"
        self._cycle = Cycle(system, direct)
        self._basis = Basis(system.rows(system.rigid_fields))

    @property
    def n_fields(self) -> int:
        """Size of the shared basis."""
        return len(self._basis)

    def read(self, young, poisson) -> tuple[np.ndarray, np.ndarray]:
        """Lamé's constants (m,) [MPa] of checked moduli."""
        return read_moduli(young, poisson, len(self._system.cells))

    def solve(self, young, poisson) -> TrajectorySolution:
        """Find the equilibrium for the given moduli.

        Parameters
        ----------
        young : float or array, shape (m,) [MPa]
        poisson : float or array, shape (m,) [-]

        Raises
        ------
        ValueError
            For moduli out of range or shapes that do not match.
        NotConverged
            Where the certificate cannot be met.
        """
        system, cycle, basis = self._system, self._cycle, self._basis
        lam, mu = self.read(young, poisson)
        load = load_of(system, self._modes, lam, mu)
        values = system.stiffness(lam, mu)
        product = system.product(values)
        images = product(basis.fields)
        coefficients = project(basis.fields, images, load.b)
        origin, iterations = "projected", 0
        certificate, residual, energy = np.nan, load.b, load.energy
        for attempt in range(ROUNDS + 1):  # a second round only where the first has lowered the Ritz value
            image = np.tensordot(coefficients, images, 1)
            residual = load.b - image
            energy = load.energy_of(basis.combine(coefficients), image)
            certificate = cycle.certify(residual, np.diag(energy), lam, mu, finished=attempt > 0)
            if not certificate <= self._tolerance and not cycle.serves(lam, mu):
                cycle.refresh(values, lam, mu)
                certificate = cycle.certify(residual, np.diag(energy), lam, mu, finished=attempt > 0)
            if certificate <= self._tolerance:
                break
            if attempt == ROUNDS:
                text = f"error bound stays at {certificate:.1e}, above {self._tolerance:.1e}."
                raise NotConverged(text, [certificate])
            origin = "iterated"
            correction, more = cycle.correct(
                product, residual, load.b, np.diag(energy), self._tolerance, lam, mu
            )
            iterations += more
            fields, new = orthonormal(correction, product(correction))
            basis.append(fields)
            images = np.concatenate([images, new])
            coefficients = project(basis.fields, images, load.b)
        return TrajectorySolution(
            energy=energy if self._modes.stacked else float(energy[0, 0]),
            iterations=iterations,
            residual=relative_size(residual, load.b),
            method=self._method,
            origin=origin,
            certificate=certificate,
            _system=system,
            _modes=self._modes,
            _read_moduli=lambda: (lam, mu),
            _basis=basis,
            _coefficients=coefficients,
        )


def project(fields: np.ndarray, images: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Galerkin coefficients (k, n) on fields (n, r, 3), given their images K v and the load (k, r, 3)."""
    n = len(fields)
    V = fields.reshape(n, -1)
    G = V @ images.reshape(n, -1).T  # noqa: N806
    return solve_reduced(0.5 * (G + G.T), V @ b.reshape(len(b), -1).T)


def solve_reduced(matrix: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Solution (k, n) of a small semidefinite system (n, n) with loads (n, k), without its null space."""
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(scale, scale))
    keep = values > 1e-12 * values[-1]
    vectors = vectors[:, keep]
    return (vectors @ ((vectors.T @ (load / scale[:, None])) / values[keep, None]) / scale[:, None]).T


def orthonormal(correction: np.ndarray, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fields with unit energy that span k corrections (k, r, 3), and their images; image is K times correction."""
    k = len(correction)
    gram = correction.reshape(k, -1) @ image.reshape(k, -1).T
    scale = np.sqrt(np.diag(gram))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    keep = values > 1e-10
    transform = (vectors[:, keep] / np.sqrt(values[keep]) / scale[:, None]).T
    return np.tensordot(transform, correction, 1), np.tensordot(transform, image, 1)
