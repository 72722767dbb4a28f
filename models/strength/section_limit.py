"""Sections of a body under axial force and bending: the load at which one of them becomes a plastic hinge.

A section that is strong in compression and in tension moves as a plane, w = a + b y + c x downwards, once it can carry
no more. By the kinematic theorem of limit analysis every plane bounds the load factor from above, and the best plane
gives it::

    sum(w+ C + w- T) / (a N + b M_f + c M_l) >= factor

with C and T the forces that the points of the section bear in compression and in tension, and (N, M_f, M_l) the axial
force and the moments on it. With the rule "surface" strengths are whole, scaled so that the weakest section bears what
the weakest surface does; with "section" they are those that an axial force mobilises without rotation. The plane w = 1
carries what the rule says, so that a platen that can not turn keeps its capacity. Under a force that keeps its line
there is no shear force, and balance alone gives the moments on sections.

With the rule "surface" and its factor the loads are 0.93 to 1.05 of the ultimate loads of elastic-plastic tests, on 12
coarse bodies (4 mm; L1 and L3 at 60 and 100 mg/cm3; intact, crushed, wedged, biconcave, healing, cemented with 3 and
4 mL) under forces through the middle and 5 to 20 mm in front of, behind and beside it and under moments alone; without
cement 0.93 to 0.98. With the rule "section" they are 0.89 to 0.91 on the wedge of the scenario "main" and 0.79 to 0.99
with its cement. What curved sections carry by shear is left out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vertebra.fem.cells.elements import tetrahedron
from vertebra.kernels import njit
from vertebra.meshes.tetmesh import TetMesh

from .linear_criteria import MU, weighted_median

DIRECTIONS = 72
"""Lines of turning that are tried, evenly spread; between them the factor is too large by less than 0.5 %."""
SQUARES = 32
"""Grid over a section, along its longer side, in whose squares points are taken together."""
ARM_PER_REACH = 1.5
"""Arm of the bone that is pressed most over the mean reach of strength. The outermost bone lies at 2 times the reach
where strength is even over the depth of a rectangle and at pi / 2 times in a thin ring: a little less lets a test turn
its platen until that bone has gone somewhat farther than asked. Project choice."""


@njit(cache=True)
def _lower_to_planes(distance, flips, pressed, axial, asked, least, order, force, moment, best):
    """Lower the factors `best` (r,) to those of the best plane along every line of turning; modified in place.

    Along a line the resultants (force, moment) go round by half a turn at most as the neutral line passes one point
    after the other; the best plane is where they point along the load.

    `distance` (k, n): of the points from the pivot, along k lines; `flips` (n,): force that changes as the neutral
    line passes; `pressed` (k,): moment where all points are pressed; `axial` (r,), `asked` (k, r): loads; `least`
    (r,): work that counts as none. Scratch, modified: `order` (n,), the points in order of distance[0]; `force`,
    `moment` (n + 1,).
    """
    n = len(order)
    length = 0.0
    for k in range(len(distance)):
        for i in range(n):
            length = max(length, abs(distance[k, i]))
    for k in range(len(distance)):
        s = distance[k]
        for i in range(1, n):  # by insertion: a line is hardly turned against the one before
            point, j = order[i], i
            while j > 0 and s[order[j - 1]] > s[point]:
                order[j] = order[j - 1]
                j -= 1
            order[j] = point
        force[0], moment[0] = 1.0, pressed[k]
        fallen, turned = 0.0, 0.0
        for j in range(n):
            point = order[j]
            fallen += flips[point]
            turned += flips[point] * s[point]
            force[j + 1], moment[j + 1] = force[0] - fallen, moment[0] - turned
        back = math.atan2(moment[0] / length, force[0]) - np.pi / 2
        for i in range(len(best)):
            towards = math.atan2(asked[k, i] / length, axial[i])
            towards += 2 * np.pi if towards < back else 0.0
            low, high = 0, n + 1
            while low < high:
                middle = (low + high) // 2
                turning = math.atan2(moment[middle] / length, force[middle])
                turning += 2 * np.pi if turning < back else 0.0
                if turning < towards:
                    low = middle + 1
                else:
                    high = middle
            line = min(max(low - 1, 0), n - 1)
            at = s[order[line]]
            work = asked[k, i] - at * axial[i]
            if work > least[i]:
                best[i] = min(best[i], (moment[line] - at * force[line]) / work)


@dataclass(frozen=True, eq=False)
class LimitSection:
    """One section of constant relative height.

    Attributes
    ----------
    carried_N : float [N]
        Axial force that it carries where it can not turn, before the factor of the criterion.
    lever : ndarray, shape (n, 2) [mm]
        How far each point lies anterior and right of the pivot.
    compression, tension : ndarray, shape (n,) [-]
        Force that each point bears, over the sum of those in compression.
    """

    carried_N: float
    lever: np.ndarray
    compression: np.ndarray
    tension: np.ndarray

    @property
    def centre(self) -> np.ndarray:
        """Where the resultant of all strength in compression lies, anterior and right of the pivot, (2,) [mm]."""
        return self.compression @ self.lever

    @property
    def reach(self) -> float:
        """Mean distance of the strength from its centre, from back to front [mm]."""
        return float(self.compression @ np.abs(self.lever[:, 0] - self.centre[0]))

    def load_factor(self, loads: np.ndarray) -> np.ndarray:
        """Multiple of each load at which the section becomes a hinge.

        Along one line of turning the resultants (N, M) of the plastic stress go round convexly as the neutral
        line moves; the best plane is where they point along the load.

        Parameters
        ----------
        loads : ndarray, shape (r, 3) [N], [N mm], [N mm]
            Axial force (compression positive), moments of flexion and lateral bending about the pivot.

        Returns
        -------
        ndarray, shape (r,)
        """
        loads = np.asarray(loads, float)
        axial = loads[:, 0].copy()  # of one layout, so that one compiled kernel does
        best = np.full(len(loads), np.inf)
        best[axial > 0] = 1 / axial[axial > 0]
        best[axial < 0] = -self.tension.sum() / axial[axial < 0]
        least = 1e-9 * np.abs(loads).max(axis=1)
        angle = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
        along = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        distance = along @ self.lever.T
        flips = self.compression + self.tension  # pressed ahead of the neutral line, pulled behind
        order = np.argsort(distance[0])
        force, moment = np.empty((2, len(order) + 1))
        asked = along @ loads[:, 1:].T
        _lower_to_planes(
            distance, flips, along @ self.centre, axial, asked, least, order, force, moment, best
        )
        return self.carried_N * best


def pressed_arm(sections: Sequence[LimitSection]) -> float:
    """Distance from the axis of flexion to the bone that is pressed most, a mean over all sections.

    Parameters
    ----------
    sections : sequence of LimitSection

    Returns
    -------
    float [mm]
    """
    return ARM_PER_REACH * float(np.mean([section.reach for section in sections]))


@dataclass(frozen=True, eq=False)
class LimitLoad:
    """Load factors and the sections that decide them.

    Attributes
    ----------
    factor : ndarray, shape (r,)
    layer : ndarray of int, shape (r,)
    """

    factor: np.ndarray
    layer: np.ndarray


def limit_load(sections: Sequence[LimitSection], loads: np.ndarray) -> LimitLoad:
    """Multiple of each load at which the weakest section becomes a hinge.

    Parameters
    ----------
    sections : sequence of LimitSection, n_layers
    loads : ndarray, shape (r, 3) or (n_layers, r, 3) [N], [N mm], [N mm]
        The same for all sections, as under a force along a line, or those of each.

    Returns
    -------
    LimitLoad
    """
    each = np.broadcast_to(loads, (len(sections), *np.shape(loads)[-2:]))
    factors = np.stack(
        [section.load_factor(mine) for section, mine in zip(sections, each, strict=True)],
    )
    return LimitLoad(factors.min(axis=0), factors.argmin(axis=0))


@dataclass(frozen=True, eq=False)
class SectionPoints:
    """Where the quadrature points of a body stand in its sections.

    Attributes
    ----------
    layer : ndarray of int, shape (m,)
        Section of each cell; negative outside.
    lever : ndarray, shape (m, q, 2) [mm]
        Anterior and right of the pivot.
    area : ndarray, shape (m, q) [mm2]
        Volume times the gradient of the relative height: summed over a section, the area of the cells times the
        section's share of the height.
    """

    layer: np.ndarray
    lever: np.ndarray
    area: np.ndarray

    @classmethod
    def of(cls, mesh: TetMesh, volume: np.ndarray, pivot: np.ndarray) -> "SectionPoints":
        """Find them.

        Parameters
        ----------
        mesh : TetMesh
        volume : ndarray, shape (m, q) [mm3]
        pivot : ndarray, shape (3,) [mm]

        Returns
        -------
        SectionPoints
        """
        at = np.einsum("qa,cai->cqi", tetrahedron(mesh.cells.shape[1]).shape, mesh.points[mesh.cells])
        corner = mesh.cells[:, :4]
        edges = mesh.points[corner[:, 1:]] - mesh.points[corner[:, :1]]
        rise = mesh.zeta[corner[:, 1:]] - mesh.zeta[corner[:, :1]]
        upwards = np.linalg.solve(edges, rise[..., None])[:, 2]
        lever = at[..., [1, 0]] - np.asarray(pivot)[[1, 0]]
        return cls(mesh.layer, lever, np.maximum(upwards, 0.0) * volume)

    def sections(
        self,
        carried_N: np.ndarray,
        axial: np.ndarray,
        utilisation: np.ndarray,
        strength_compression: np.ndarray,
        strength_tension: np.ndarray,
        volume: np.ndarray,
        *,
        mu: float = MU,
    ) -> list[LimitSection]:
        """Sections with the strength that `mu` mobilises: that of an axial force without rotation, or the whole.

        Parameters
        ----------
        carried_N : ndarray, shape (n_layers,) [N]
            Of `mobilised_section_strength`; with the rule "surface" scaled to the weakest surface.
        axial, utilisation : ndarray, shape (m, q) [MPa/N], [1/N]
            Axial stress (compression positive) and utilisation under 1 N, without rotation.
        strength_compression, strength_tension : ndarray, shape (m,) [MPa]
        volume : ndarray, shape (m, q) [mm3]
        mu : float
            As for `mobilised_section_strength`; `measure.WHOLE_STRENGTH` mobilises the whole strength.

        Returns
        -------
        list of LimitSection
        """
        found = []
        for layer, carried in enumerate(carried_N):
            inside = self.layer == layer
            area = self.area[inside].ravel()
            x = mu / weighted_median(utilisation[inside].ravel(), volume[inside].ravel())
            reached = np.maximum(x * axial[inside], 0.0)
            pressed = np.minimum(reached, strength_compression[inside, None]).ravel() * area
            pulled = np.minimum(reached, strength_tension[inside, None]).ravel() * area
            lever, pressed, pulled = _gathered(self.lever[inside].reshape(-1, 2), pressed, pulled)
            total = pressed.sum()
            found.append(LimitSection(float(carried), lever, pressed / total, pulled / total))
        return found

    def loads(self, axial: np.ndarray, reference: np.ndarray, n_layers: int) -> np.ndarray:
        """Axial force and moments on each section, from stress; reference is the stress of 1 N without rotation.

        Parameters
        ----------
        axial, reference : ndarray, shape (m, q) [MPa]
            Compression positive.
        n_layers : int

        Returns
        -------
        ndarray, shape (n_layers, 3) [N], [N mm], [N mm]
        """
        found = np.empty((n_layers, 3))
        for layer in range(n_layers):
            inside = self.layer == layer
            force = axial[inside] * self.area[inside]
            moment = np.einsum("cq,cqi->i", force, self.lever[inside])
            found[layer] = [force.sum(), *moment] / np.sum(reference[inside] * self.area[inside])
        return found


def _gathered(lever, pressed, pulled):
    """Points that lie in the same square of a grid over the section, taken together at their common centre."""
    low = lever.min(axis=0)
    width = max(np.ptp(lever, axis=0).max() / SQUARES, 1e-9)
    column, row = ((lever - low) / width).astype(int).T
    _, square = np.unique(column * (SQUARES + 2) + row, return_inverse=True)
    weight = np.bincount(square, pressed + pulled)
    bears = weight > 0
    centre = np.stack([np.bincount(square, (pressed + pulled) * each)[bears] for each in lever.T], axis=1)
    return (
        centre / weight[bears, None],
        np.bincount(square, pressed)[bears],
        np.bincount(square, pulled)[bears],
    )
