"""Equilibria of one mesh, one after another: projected on earlier ones, certified, iterated where necessary.

At every time the displacement is first sought in the span of earlier displacements (Galerkin projection, optimal in
the energy norm). Where its certificate (see `cycle`) exceeds the tolerance, the projection is finished
by conjugate gradients, and what they add joins the span: once more projected, so that energies and balance stay second
order in the error.
"""

from collections.abc import Sequence

import numpy as np

from ..cells.anisotropy import Anisotropy
from ..cells.locking import warn_of_locking
from ..cells.moduli import Moduli
from ..multigrid.krylov import NotConverged
from ..solution import Basis, TrajectorySolution
from ..systems.system import System, relative_size
from .affine import ModuliSpan
from .approximate_inverse import Cycle
from .combined import CombinedStiffness
from .moment import AssembledMoment, CombinedMoment, Moment
from .residuals import measure_residuals

ROUNDS = 4
"""Attempts to meet the certificate at one time."""


RECURSION = 1e-6
"""Certificates below this follow from the true residual: rounding has a share in what conjugate gradients carry on."""


class Stepper:
    """Solver for moduli that become known one after another; earlier solutions make later ones cheaper.

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
        self.energy_tolerance = energy_tolerance
        self._method = "direct" if direct else "iterative"
        self._cycle = Cycle(system, direct)
        self._basis = Basis(system.rows(system.rigid_fields))

    @property
    def n_fields(self) -> int:
        """Size of the shared basis."""
        return len(self._basis)

    def read(self, young, poisson, anisotropy: Anisotropy | None = None) -> Moduli:
        """Check moduli of all cells; warn where they lock."""
        moduli = Moduli.read(young, poisson, len(self._system.cells), anisotropy)
        warn_of_locking(self._system.cells, poisson)
        return moduli

    def solve(self, young, poisson, anisotropy: Anisotropy | None = None) -> TrajectorySolution:
        """Find the equilibrium for the given moduli.

        Parameters
        ----------
        young : float or array, shape (m,) [MPa]
        poisson : float or array, shape (m,) [-]
        anisotropy : Anisotropy, optional
            Its share may change from one call to the next, its material and axes may not.

        Raises
        ------
        ValueError
            For moduli out of range, shapes that do not match, or another anisotropy than before.
        NotConverged
            Where the certificate cannot be met.
        """
        moduli = self.read(young, poisson, anisotropy)
        with self._system.turns:
            return self._find(AssembledMoment(self._system, self._modes, self._basis, moduli))

    def combine(self, span: ModuliSpan) -> "Combinations":
        """Prepare for moduli of a span."""
        system, basis = self._system, self._basis
        stiffness = CombinedStiffness(system, self._modes, span)
        base = CombinedMoment(basis, stiffness, np.zeros(len(span)), 0.0)
        stiffness.append(basis, system.product(base.values)(basis.fields), base.moduli.theta)
        return Combinations(self, stiffness)

    def _find(self, moment: Moment) -> TrajectorySolution:
        """Project, certify, and iterate where the certificate exceeds the tolerance."""
        system, cycle = self._system, self._cycle
        cycle.check()
        load = moment.load
        origin, iterations = "projected", 0
        attempt = 0
        left = None
        while True:
            coefficients = moment.solve()
            image = moment.image(coefficients)
            residual = load.b - image
            energy = moment.energy(coefficients, image)
            certificate = np.nan
            if left is not None:  # the projection on a span that holds the correction is no further away
                certificate = cycle.bound(left, np.diag(energy), moment, finished=True)
            if not certificate > RECURSION:
                certificate = cycle.certify(residual, np.diag(energy), moment, finished=attempt > 0)
            if not certificate <= self.energy_tolerance and not cycle.serves(
                moment, certificate, self.energy_tolerance
            ):
                cycle.refresh(moment)
                certificate = cycle.certify(residual, np.diag(energy), moment, finished=attempt > 0)
            if certificate <= self.energy_tolerance:
                break
            if attempt == ROUNDS:
                text = f"error bound stays at {certificate:.1e}, above {self.energy_tolerance:.1e}."
                raise NotConverged(text, [certificate])
            attempt += 1  # a second round only where the first has lowered the Ritz value
            origin = "iterated"
            correction = cycle.correct(
                system.product(moment.values),
                residual,
                load.b,
                np.diag(energy),
                self.energy_tolerance,
                moment,
            )
            iterations += correction.iterations
            left = correction.left
            moment.append(*orthonormal(correction.fields, correction.images))
        size = relative_size(residual, load.b)
        return self._solution(moment, coefficients, energy, size, certificate, origin, iterations)

    def _solution(
        self, moment, coefficients, energy, residual, certificate, origin="projected", iterations=0
    ) -> TrajectorySolution:
        moduli = moment.moduli  # not the moment, which holds more
        return TrajectorySolution(
            energy=energy if self._modes.stacked else float(energy[0, 0]),
            iterations=iterations,
            residual=residual,
            method=self._method,
            origin=origin,
            certificate=certificate,
            _system=self._system,
            _modes=self._modes,
            _read_moduli=lambda: moduli.formed,
            _basis=self._basis,
            _coefficients=coefficients,
        )


class Combinations:
    """Solver for moduli of a span: one time after another, or all times at once that the present basis represents.

    Parameters
    ----------
    stepper : Stepper
    stiffness : CombinedStiffness
    """

    def __init__(self, stepper: Stepper, stiffness: CombinedStiffness):
        self._stepper, self._stiffness = stepper, stiffness

    def refresh(self, theta: np.ndarray) -> None:
        """Move the cycle to coordinates theta (k,)."""
        self._stepper._cycle.refresh(self._moment(theta, 0.0))

    def solve(self, theta: np.ndarray, misfit: float) -> TrajectorySolution:
        """Find the equilibrium at coordinates theta (k,) of moduli with a misfit."""
        return self._stepper._find(self._moment(theta, misfit))

    def survey(self, places: Sequence[tuple[np.ndarray, float]]) -> list[TrajectorySolution]:
        """Project at many (theta, misfit) at once; the certificates may exceed the tolerance."""
        stepper, stiffness, cycle = self._stepper, self._stiffness, self._stepper._cycle
        cycle.check()
        moments = [self._moment(*place) for place in places]
        coefficients = [moment.solve() for moment in moments]
        weights = [
            stiffness.residual(moment.moduli.theta, c)
            for moment, c in zip(moments, coefficients, strict=True)
        ]
        squares, sizes = measure_residuals(
            stiffness.sketch(cycle.weight), stiffness.form, cycle.apply, np.concatenate(weights)
        )
        squares, sizes = squares.reshape(len(moments), -1), sizes.reshape(len(moments), -1)
        solutions = []
        for moment, c, square, size in zip(moments, coefficients, squares, sizes, strict=True):
            energy = moment.energy(c)
            certificate = cycle.bound(square, np.diag(energy), moment)
            load = stiffness.load_size(moment.moduli.theta)
            relative = float(np.max(size / np.where(load > 0, load, 1.0)))
            solutions.append(stepper._solution(moment, c, energy, relative, certificate))
        return solutions

    def _moment(self, theta, misfit):
        return CombinedMoment(self._stepper._basis, self._stiffness, theta, misfit)


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
