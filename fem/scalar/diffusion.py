"""Diffusion with growth toward saturation on linear tetrahedra: fronts, fillings, invasions.

    dn/dt = div(D grad n) + r n (1 - n) + s (1 - n),     0 <= n <= 1

D, r and s are constant in each cell and may change between calls. n is held at its first value on given nodes; all
other faces let nothing through. Linear shape functions on the corners of the cells, order 2 in h. The mass is
lumped: where D dt / h^2 is small, a consistent mass matrix undershoots ahead of a front [1]_.

The stiffness is kept as weights of edges (`edges`) and its product as differences along them, sum_j w_ij (n_i - n_j):
what leaves one node arrives at the next, to the accuracy of the solver.

In time the two-stage Rosenbrock W-method ROS2 [2]_,

    (M - g dt A) k1 = F(n),   (M - g dt A) k2 = F(n + dt k1) - 2 M k1,   n' = n + dt (3 k1 + k2) / 2,

with g = 1 - 1 / sqrt(2): L-stable where A is the Jacobian, and of order 2 for every A. Here

    A = -K - s - r max(0, 2 n - 1)

leaves out the growing part of the Jacobian: the matrix is symmetric and positive definite for steps of any length,
and small values ahead of a front, which an implicit growth would inflate, grow as they should. Where steps are short
for the elements, the diagonal dominates and conjugate gradients with it as preconditioner need few iterations.

References
----------
.. [1] V. Thomee, Galerkin Finite Element Methods for Parabolic Problems, 2nd ed., Springer 2006, chapter 15.
.. [2] J. G. Verwer, E. J. Spee, J. G. Blom and W. Hundsdorfer, A second-order Rosenbrock method applied to
   photochemical dispersion problems, SIAM J. Sci. Comput. 20 (1999) 1456-1480, doi 10.1137/S1064827597326651.
"""

from dataclasses import dataclass

import numpy as np

from vertebra.kernels import njit

from ..multigrid.krylov import NotConverged
from .edges import Edges

_GAMMA = 1 - 0.5**0.5
_MAX_ITERATIONS = 1000
_SOLVED = 1e-3  # residual of the linear systems, as a change of n, over the tolerance


@dataclass(frozen=True)
class Medium:
    """Coefficients of the cells, integrated around the nodes and along the edges of a `Diffusion` problem.

    Attributes
    ----------
    weight : ndarray, shape (2 e,) [mm3/d]
        -K_ij of every edge, from either end.
    diagonal : ndarray, shape (v,) [mm3/d]
        K_ii.
    growth, source : ndarray, shape (v,) [mm3/d]
        Integrals of r and s around the nodes.
    """

    weight: np.ndarray
    diagonal: np.ndarray
    growth: np.ndarray
    source: np.ndarray


@dataclass(frozen=True)
class Evolution:
    """n over time; linear between the days to about a quarter of the tolerance.

    Attributes
    ----------
    days : ndarray, shape (k,) [d]
        From 0 to the end of the interval: the steps that accuracy asked for.
    values : ndarray, shape (k, n) [-]
        n at all points.
    next_step : float [d]
        Step that a continuation may start with.
    iterations : int
        Conjugate gradient iterations in total.
    cut : float [-]
        Most that a value lay outside [0, 1] before it was cut back.
    """

    days: np.ndarray
    values: np.ndarray
    next_step: float
    iterations: int
    cut: float


@njit(cache=True, fastmath={"contract"})
def _differences(begin, neighbour, weight, x, y):
    """Fill y = K x: y_i = sum_j w_ij (x_i - x_j)."""
    for i in range(begin.size - 1):
        total = 0.0
        for p in range(begin[i], begin[i + 1]):
            total += weight[p] * (x[i] - x[neighbour[p]])
        y[i] = total


@njit(cache=True)
def _rate(begin, neighbour, weight, growth, source, free, n, f):
    """F(n) = -K n + r n (1 - n) + s (1 - n); 0 where n is held."""
    _differences(begin, neighbour, weight, n, f)
    for i in range(n.size):
        f[i] = free[i] * ((growth[i] * n[i] + source[i]) * (1 - n[i]) - f[i])


@njit(cache=True)
def _solve(begin, neighbour, weight, inverse, inner, step, free, b, bound, limit, x):
    """Conjugate gradients for (inner + step K) x = b, until each diagonally scaled residual is below the bound.

    `inverse` is one over the diagonal of the whole matrix, `inner` its diagonal part without K. b is 0 where n is held,
    and so stays x.
    """
    n = b.size
    y = np.empty(n)
    r = b.copy()
    p = np.empty(n)
    rho = 0.0
    largest = 0.0
    for i in range(n):
        x[i] = 0.0
        p[i] = r[i] * inverse[i]
        rho += r[i] * p[i]
        largest = max(largest, abs(p[i]))
    iteration = 0
    while largest > bound and iteration < limit:
        iteration += 1
        _differences(begin, neighbour, weight, p, y)
        product = 0.0
        for i in range(n):
            y[i] = free[i] * (inner[i] * p[i] + step * y[i])
            product += p[i] * y[i]
        alpha = rho / product
        old = rho
        rho = 0.0
        largest = 0.0
        for i in range(n):
            x[i] += alpha * p[i]
            r[i] -= alpha * y[i]
            z = r[i] * inverse[i]
            rho += r[i] * z
            largest = max(largest, abs(z))
        beta = rho / old
        for i in range(n):
            p[i] = r[i] * inverse[i] + beta * p[i]
    return iteration if largest <= bound else -1


@njit(cache=True)
def _step(begin, neighbour, weight, stiff, mass, growth, source, free, n, dt, gamma, bound, limit, new):
    """One step of ROS2 into `new`, by k1 and the small k1 + k2; returns iterations (negative: failed), error, cut.

    (M - g dt A) (k1 + k2) = F(n) + F(n + dt k1) - 2 M k1,   n' = n + dt k1 + dt (k1 + k2) / 2
    """
    size = n.size
    step = gamma * dt
    inner = np.empty(size)
    inverse = np.empty(size)
    for i in range(size):
        inner[i] = mass[i] + step * (source[i] + growth[i] * max(0.0, 2 * n[i] - 1))
        inverse[i] = 1 / (inner[i] + step * stiff[i])
    f = np.empty(size)
    k1 = np.empty(size)
    _rate(begin, neighbour, weight, growth, source, free, n, f)
    first = _solve(begin, neighbour, weight, inverse, inner, step, free, f, bound / dt, limit, k1)
    for i in range(size):
        new[i] = n[i] + dt * k1[i]
    f1 = np.empty(size)
    _rate(begin, neighbour, weight, growth, source, free, new, f1)
    for i in range(size):
        f[i] += f1[i] - 2 * mass[i] * k1[i]
    both = f1
    second = _solve(begin, neighbour, weight, inverse, inner, step, free, f, bound / dt, limit, both)
    error = 0.0
    cut = 0.0
    for i in range(size):
        new[i] += 0.5 * dt * both[i]
        error = max(error, 0.5 * dt * abs(both[i]))
        inside = min(max(new[i], 0.0), 1.0)
        cut = max(cut, abs(new[i] - inside))
        new[i] = inside
    return -1 if min(first, second) < 0 else first + second, error, cut


class Diffusion:
    """A part of a mesh on which a fraction n spreads: geometry and edges, once.

    Attributes
    ----------
    nodes : ndarray, shape (v,)
        Points at the corners of the cells; all other points keep their value.
    mass : ndarray, shape (v,) [mm3]
        Volume that belongs to each of them (lumped).
    """

    def __init__(self, points: np.ndarray, cells: np.ndarray, held: np.ndarray):
        """Number the edges.

        Parameters
        ----------
        points : ndarray, shape (n, 3) [mm]
        cells : ndarray, shape (m, 4) or (m, 10)
            The cells in which n changes; of 10 nodes only the corners count.
        held : ndarray of bool, shape (n,)
            Points on which n keeps its value.

        Raises
        ------
        ValueError
            If a cell is inverted or flat.
        """
        self._n_points = len(points)
        present = np.zeros(len(points), bool)
        present[cells[:, :4]] = True
        self.nodes = np.flatnonzero(present)
        number = np.empty(len(points), np.int32)
        number[self.nodes] = np.arange(len(self.nodes), dtype=np.int32)
        self._cells = np.ascontiguousarray(number[cells[:, :4]])
        self._free = np.where(held[self.nodes], 0.0, 1.0)
        self._edges = Edges.of(np.ascontiguousarray(points[self.nodes], dtype=float), self._cells)
        self.mass = self._at_nodes(np.ones(len(cells)))

    def medium(
        self, diffusivity, growth: np.ndarray | float = 0.0, source: np.ndarray | float = 0.0
    ) -> Medium:
        """Carry the coefficients of the cells to nodes and edges.

        Parameters
        ----------
        diffusivity : ndarray, shape (m,), or float [mm2/d]
            D.
        growth, source : ndarray, shape (m,), or float [1/d]
            r and s.
        """
        shape = (len(self._cells),)
        given = {"diffusivity": diffusivity, "growth": growth, "source": source}
        spread = {name: np.broadcast_to(np.asarray(array, float), shape) for name, array in given.items()}
        for name, array in spread.items():
            if not np.all(array >= 0):
                message = f"{name} has the value {np.min(array):g}, expected 0 or more in every cell."
                raise ValueError(message)
        weight, diagonal = self._edges.weights(np.ascontiguousarray(spread["diffusivity"]))
        return Medium(weight, diagonal, self._at_nodes(spread["growth"]), self._at_nodes(spread["source"]))

    def to_nodes(self, values: np.ndarray) -> np.ndarray:
        """Mean of the cells around each of `nodes`, weighted with volume; (m,) to (v,)."""
        return self._at_nodes(values) / self.mass

    def evolve(
        self,
        n: np.ndarray,
        medium: Medium,
        days: float,
        *,
        tolerance: float = 0.01,
        first_step: float | None = None,
    ) -> Evolution:
        """Follow n for some days through one medium.

        The step follows the difference to the solution of first order, |dt (k1 + k2) / 2|, about dt^2 |d2n/dt2| / 2:
        it stays below the tolerance at every node. Linear interpolation between two steps adds a quarter of the
        tolerance; the solution itself has an error of the same order (0.1 to 1.1 times the tolerance in the tests).
        Where nothing changes any more, by saturation or for lack of a source, the rest of the interval is one step.

        Parameters
        ----------
        n : ndarray, shape (n,) [-]
            First values at all points, within [0, 1].
        medium : Medium
        days : float [d]
            Length of the interval.
        tolerance : float [-]
            Largest difference in n at a node and step.
        first_step : float, optional [d]
            To start with; found from the rates otherwise.

        Raises
        ------
        ValueError
            If n lies outside [0, 1].
        NotConverged
        """
        if not (n.shape == (self._n_points,) and np.all((n >= 0) & (n <= 1))):
            message = (
                f"n has shape {n.shape} and spans {np.min(n):g} to {np.max(n):g}, expected {self._n_points} "
                "fractions from 0 to 1. Scale or cut it first."
            )
            raise ValueError(message)
        here = np.ascontiguousarray(n[self.nodes], dtype=float)
        now, dt, kept = 0.0, first_step, [(0.0, here)]
        iterations, largest_cut = 0, 0.0
        while days - now > 1e-9:
            fastest, done = self._outlook(medium, here, days - now, tolerance)
            if done:
                kept.append((days, here))
                break
            planned = 0.05 / fastest if dt is None else dt
            step = min(planned, days - now)
            new = np.empty_like(here)
            used, error, cut = self._attempt(medium, here, step, _SOLVED * tolerance, new)
            iterations += used
            factor = 0.9 * (tolerance / error) ** 0.5 if error > 0 else 3.0
            dt = step * min(max(factor, 0.2), 3.0)
            if error <= tolerance:
                now, here = now + step, new
                kept.append((now, here))
                largest_cut = max(largest_cut, cut)
                dt = max(dt, planned) if step < planned else dt
        values = np.tile(n, (len(kept), 1))
        values[:, self.nodes] = [value for _, value in kept]
        times = np.array([day for day, _ in kept])
        return Evolution(times, values, dt if dt is not None else days, iterations, largest_cut)

    def _attempt(self, medium, here, dt, bound, new):
        used, error, cut = _step(
            self._edges.begin,
            self._edges.neighbour,
            medium.weight,
            medium.diagonal,
            self.mass,
            medium.growth,
            medium.source,
            self._free,
            here,
            dt,
            _GAMMA,
            bound,
            _MAX_ITERATIONS,
            new,
        )
        if used < 0:
            message = (
                f"conjugate gradients did not reach a change of {bound:.1e} in {_MAX_ITERATIONS} iterations of a step "
                f"of {dt:g} days: diffusivities may span too many decades. Check them, or loosen the tolerance."
            )
            raise NotConverged(message, [])
        return used, error, cut

    def _outlook(self, medium, here, left, tolerance):
        """Fastest rate [1/d], and whether nothing more than a quarter of the tolerance can happen in the days left."""
        rate = np.empty_like(here)
        _rate(
            self._edges.begin,
            self._edges.neighbour,
            medium.weight,
            medium.growth,
            medium.source,
            self._free,
            here,
            rate,
        )
        speed = np.abs(rate) / self.mass
        room = np.where(rate > 0, 1 - here, here)
        done = bool(np.all(np.minimum(room, speed * left) <= tolerance / 4))
        return max(float(speed.max(initial=0.0)), 1e-12), done

    def _at_nodes(self, density):
        """Lumped integral of a density per cell around each node; (m,) to (v,)."""
        quarter = np.repeat(self._edges.volume * density / 4, 4)
        return np.bincount(self._cells.ravel(), quarter, len(self.nodes))
