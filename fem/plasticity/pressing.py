"""Elastic, perfectly plastic test of a body whose supports are moved on: its load-displacement curve.

Small strain. The prescribed displacement grows from zero in one proportion of the platen modes; the increments are as
long as the last two equilibria foretell the next one well enough. For associated perfect plasticity the ultimate load
does not depend on the increments (limit theorems), and the stress of every equilibrium found lies inside the box.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..multigrid.krylov import NotConverged
from ..solve import Elasticity
from ..systems.constraints import read_moduli
from ..systems.platens import superpose
from .balance import Balance
from .newton import EquilibriumSearch, Work
from .return_mapping import Strength
from .softening import Softening, flow_size
from .state import Material

IMBALANCE = 5e-3
"""Sum of nodal forces out of balance over the reaction; the error of the force is smaller."""
DIRECT_UNKNOWNS = 1500
"""Up to this many unknowns tangents are factorised."""
FIRST = 0.02
"""First increment as a share of the whole way."""
FORETOLD = 2.0
"""Imbalance of the extrapolated displacement that is aimed at ..."""
MISSED = 3.0
"""... and from which the increment is cut."""
GROWTH = 2.0
"""Of increments from one to the next at most."""
SHORTEST = 1e-4
"""Increment as a share of the whole way below which the test gives up."""
SOFTENING_STEP = 0.02
"""Longest increment as a share of the whole way where strength is lost on the way."""
LANDING = 1.25
"""A station is reached in one increment that is up to so many times longer."""


@dataclass(frozen=True)
class LoadCurve:
    """Equilibria of a test, in order, the unloaded body first.

    Attributes
    ----------
    amplitude : ndarray, shape (s,)
        Multiple of the prescribed displacements: with unit platen modes, mm for a purely axial test.
    force : ndarray, shape (s,) [N]
        Work per unit of amplitude: with unit platen modes, the axial force of a purely axial test.
    motion : ndarray, shape (s, k)
        Amplitude of each mode; free ones adjust themselves.
    reaction : ndarray, shape (s, k)
        Generalised force of each mode; none on free ones.
    yielded : ndarray, shape (s,) [-]
        Share of the volume of finite strength that has flowed.
    gauge : ndarray, shape (s,)
        Reading of the gauge: a sum over the displacements of all nodes; zero without one.
    imbalance : tuple of tuple of float
        Of the guess and after each Newton step, for every equilibrium.
    displacement : ndarray, shape (n, 3) [mm]
        At the last equilibrium.
    stress, plastic : ndarray, shape (m, q, 6) [MPa], [-]
        At the last equilibrium.
    work : Work
    """

    amplitude: np.ndarray
    force: np.ndarray
    motion: np.ndarray
    reaction: np.ndarray
    yielded: np.ndarray
    gauge: np.ndarray
    imbalance: tuple[tuple[float, ...], ...]
    displacement: np.ndarray
    stress: np.ndarray
    plastic: np.ndarray
    work: Work

    @property
    def ultimate(self) -> float:
        """Largest force [N]."""
        return float(self.force.max())

    def force_at(self, amplitude: float) -> float:
        """Force at an amplitude, linear between equilibria [N]."""
        if not 0 <= amplitude <= self.amplitude[-1]:
            text = f"amplitude {amplitude:g} lies outside the test, 0 to {self.amplitude[-1]:g}."
            raise ValueError(text)
        return float(np.interp(amplitude, self.amplitude, self.force))


@dataclass(frozen=True, eq=False)
class Way:
    """How the supports of a test are moved, and where it stops.

    Attributes
    ----------
    largest : float
        Amplitude at which the test ends.
    ratio : sequence of float, shape (k,), optional
        Share of each prescribed mode in the motion of amplitude 1; the first mode alone unless given.
    free : sequence of int
        Modes that adjust themselves so that their generalised force vanishes: rotations on a ball joint.
    stations : sequence of float
        Amplitudes at which an equilibrium is wanted.
    longest : float, optional
        Bound of the increments; a fiftieth of the way with softening, else none.
    gauge : array, shape (n, 3), optional
        What is read at every equilibrium: the sum of gauge times displacement, such as the shortening of a part.
    enough : float
        Reading of the gauge at which the test ends, if the largest amplitude is not reached before.
    """

    largest: float
    ratio: Sequence[float] | None = None
    free: Sequence[int] = ()
    stations: Sequence[float] = ()
    longest: float | None = None
    gauge: np.ndarray | None = None
    enough: float = np.inf


class Plasticity:
    """Elastic, perfectly plastic tests on the mesh and supports of an elastic problem.

    Parameters
    ----------
    problem : Elasticity
        Its supports are the modes of the test.
    """

    def __init__(self, problem: Elasticity):
        self._system = problem._system
        self.n_modes = problem.n_modes

    def test(
        self,
        young,
        poisson,
        strength_compression,
        strength_tension,
        way: Way,
        *,
        strength_shear: float | np.ndarray = np.inf,
        tolerance: float = IMBALANCE,
        softening: Softening | None = None,
    ) -> LoadCurve:
        """Move the supports on until the largest amplitude.

        Parameters
        ----------
        young, poisson : float or array, shape (m,) [MPa], [-]
        strength_compression, strength_tension : float or array, shape (m,) [MPa]
            Positive; infinite where the material never yields.
        strength_shear : float or array, shape (m,) [MPa]
            Largest shear stress; infinite, that of the box of principal stresses, unless given.
        way : Way
            How the supports are moved, and where the test stops.
        tolerance : float
            Bound of the sum of nodal forces out of balance over the reaction.
        softening : Softening, optional
            Loss of strength with flow; perfectly plastic without.

        Returns
        -------
        LoadCurve

        Raises
        ------
        ValueError
            For properties out of range or shapes that do not match.
        NotConverged
            With the history of the imbalance.
        """
        system = self._system
        n_cells = len(system.cells)
        lam, mu = read_moduli(young, poisson, n_cells)
        strength = Strength(
            _read_strength("strength_compression", strength_compression, system.geometry.volume.shape),
            _read_strength("strength_tension", strength_tension, system.geometry.volume.shape),
            _read_strength("strength_shear", strength_shear, system.geometry.volume.shape),
        )
        share, released = _read_motion(way.ratio, way.free, self.n_modes)
        largest = way.largest
        if not largest > 0:
            text = f"largest amplitude is {largest}, expected more than zero."
            raise ValueError(text)
        reading = np.zeros(system.points.shape) if way.gauge is None else np.asarray(way.gauge, float)
        if reading.shape != system.points.shape:
            text = f"gauge has shape {reading.shape}, expected one weight per displacement {system.points.shape}."
            raise ValueError(text)
        search = EquilibriumSearch(
            system,
            Material(lam, mu, strength),
            system.constraints.prescribed[released],
            direct=system.pattern.n_unknowns <= DIRECT_UNKNOWNS,
        )
        ends = sorted({largest, *(float(s) for s in way.stations if 0 < s < largest)})
        longest = way.longest
        if longest is None:
            longest = largest if softening is None else SOFTENING_STEP * largest
        test = _Test(search, share, released, ends, tolerance, longest, softening, reading)
        with system.turns:
            return test.run(way.enough)


class _Test:
    """One test on its way."""

    def __init__(
        self, search: EquilibriumSearch, share, released, ends, tolerance, longest, softening, reading
    ):
        self.search, self.share, self.released, self.ends = search, share, released, ends
        self.tolerance, self.longest, self.softening = tolerance, longest, softening
        self.reading = reading
        self.strength = search.material.strength
        can_yield = np.isfinite(self.strength.compression) | np.isfinite(self.strength.tension)
        self.volume = search.system.geometry.volume * can_yield
        self.flow = np.zeros(self.volume.shape)
        self.amplitude: list[float] = []
        self.motion: list[np.ndarray] = []
        self.reaction: list[np.ndarray] = []
        self.yielded: list[float] = []
        self.gauge: list[float] = []
        self.imbalance: list[tuple[float, ...]] = []

    def run(self, enough: float) -> LoadCurve:
        search, ends = self.search, self.ends
        balance = self._balance()
        velocity = balance.elastic[None]
        plastic = np.zeros((*search.system.geometry.volume.shape, 6))
        state = search.evaluate(np.zeros_like(velocity), plastic)
        self._note(0.0, state, [0.0])
        at, increment = 0.0, FIRST * ends[-1]
        while at < ends[-1] and self.gauge[-1] < enough:
            increment, trial = self._foretell(at, increment, state, velocity, balance)
            try:
                new, history = search.find(trial, state, increment, balance, self.tolerance)
            except NotConverged as error:
                increment *= 0.5
                if increment > SHORTEST * ends[-1]:
                    continue
                text = f"amplitude {at + increment:g} of {ends[-1]:g} not reached: {error}"
                raise NotConverged(text, error.residuals) from error
            at = at + increment
            velocity = (new.displacement - state.displacement) / increment
            self._soften(new.plastic - state.plastic)
            state = new
            self._note(at, state, history)
            increment *= min(GROWTH, max(0.5, FORETOLD / max(history[0], 1e-9)))
        return self._curve(state)

    def _soften(self, increment):
        """Add an increment of plastic strain to the flow, and let the strength fall with it."""
        self.flow += flow_size(increment)
        if self.softening is not None:
            strength = self.softening.apply(self.strength, self.flow)
            self.search.material = replace(self.search.material, strength=strength)

    def _foretell(self, at, increment, state, velocity, balance):
        """The next increment, and the state extrapolated to its end."""
        increment = min(increment, self.longest)
        left = next(end for end in self.ends if end > at * (1 + 1e-12)) - at
        if left < LANDING * increment and left <= self.longest:
            increment = left
        elif left < 2 * increment:
            increment = 0.5 * left
        while True:
            displacement = state.displacement + increment * velocity
            trial = self.search.evaluate(displacement, state.plastic)
            if balance.imbalance(trial) <= MISSED or increment <= SHORTEST * self.ends[-1]:
                return increment, trial
            increment *= 0.5

    def _balance(self) -> Balance:
        """Motions of amplitude 1 on which the force is read; that of the elastic body begins the test."""
        system = self.search.system
        displacement, stiffness = self.search.elastic()
        base = np.concatenate([self.share[None], np.eye(len(self.share))[self.released]])
        elastic = np.tensordot(superpose(base @ stiffness @ base.T) @ base, displacement, 1)
        prescribed = system.constraints.prescribed
        driven = np.tensordot(self.share, prescribed, 1)
        return Balance(system, driven, elastic, prescribed[self.released], displacement[self.released])

    def _note(self, at, state, history):
        prescribed = self.search.system.constraints.prescribed
        k = len(prescribed)
        held = np.where(self.search.system.constraints.held, state.displacement[0], 0.0)
        modes = prescribed.reshape(k, -1)
        total = self.volume.sum()
        self.amplitude.append(at)
        self.motion.append(np.linalg.solve(modes @ modes.T, modes @ held.ravel()))
        self.reaction.append(modes @ state.force.ravel())
        self.yielded.append(float((self.volume * (self.flow > 0)).sum() / total) if total > 0 else 0.0)
        self.gauge.append(float(np.vdot(self.reading, state.displacement[0])))
        self.imbalance.append(tuple(history))

    def _curve(self, state) -> LoadCurve:
        reaction = np.array(self.reaction)
        return LoadCurve(
            amplitude=np.array(self.amplitude),
            force=reaction @ self.share,
            motion=np.array(self.motion),
            reaction=reaction,
            yielded=np.array(self.yielded),
            gauge=np.array(self.gauge),
            imbalance=tuple(self.imbalance),
            displacement=state.displacement[0],
            stress=state.stress,
            plastic=state.plastic,
            work=self.search.work,
        )


def _read_strength(name: str, values, shape: tuple[int, int]) -> np.ndarray:
    """Strength at every point (m, q) from a number or one per cell."""
    values = np.asarray(values, float)
    if values.shape not in ((), shape[:1]):
        text = f"{name} has shape {values.shape}, expected a number or one per cell ({shape[0]},)."
        raise ValueError(text)
    values = np.broadcast_to(values, shape[:1])
    bad = np.flatnonzero(~(values > 0))
    if bad.size:
        text = (
            f"{name} is {values[bad[0]]} MPa in cell {bad[0]} ({bad.size} such values): expected more than zero, "
            "or inf where the material never yields."
        )
        raise ValueError(text)
    return np.repeat(values[:, None], shape[1], axis=1)


def _read_motion(ratio, free, n_modes: int) -> tuple[np.ndarray, list[int]]:
    """Share of each mode in the driven motion, and the modes that are free."""
    released = sorted({int(mode) for mode in free})
    if released and not 0 <= released[0] <= released[-1] < n_modes:
        text = f"free modes are {released}, expected numbers from 0 to {n_modes - 1}."
        raise ValueError(text)
    if ratio is None:
        share = np.zeros(n_modes)
        share[min(set(range(n_modes)) - {*released}, default=0)] = 1.0
    else:
        share = np.asarray(ratio, float)
    if share.shape != (n_modes,) or not np.isfinite(share).all() or not share.any():
        text = (
            f"ratio is {ratio}, expected {n_modes} finite numbers, one per prescribed mode and not all zero."
        )
        raise ValueError(text)
    if share[released].any():
        text = f"ratio is {ratio}, expected zero for the free modes {released}: what is driven is not free."
        raise ValueError(text)
    return share, released
