"""Whether mineralised tissue bridges the fracture: paths through healed cells from the bone below to that above."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vertebra.materials.table import value
from vertebra.meshes.neighbours import face_neighbours
from vertebra.meshes.tetmesh import TetMesh

BROKEN = 0.5
"""A cell is broken where at least this share of it is territory of repair."""


@dataclass(frozen=True)
class Bridging:
    """When mineralised tissue has crossed the fracture; NaN as long as it has not.

    Attributes
    ----------
    first_path_day : float [d]
        A first path leads across.
    day : float [d]
        The stored share of the broken volume (`union.toml`) lies on paths across: the fracture counts as bridged.
    """

    first_path_day: float = float("nan")
    day: float = float("nan")

    def between(self, low: float, high: float, share_on: Callable[[float], float]) -> "Bridging":
        """Look for the days between two days, to the day; what has happened before stays.

        Parameters
        ----------
        low, high : float [d]
        share_on : callable
            Bridged share on a day between them; it does not fall.
        """
        if not np.isnan([self.first_path_day, self.day]).any():
            return self
        reached = share_on(high)
        days = []
        for known, least in zip((self.first_path_day, self.day), _shares_that_count(), strict=True):
            if np.isnan(known) and reached >= least:
                days.append(_first_day(low, high, lambda day, least=least: share_on(day) >= least))
            else:
                days.append(known)
        return Bridging(*days)

    def before(self, day: float, later: "Bridging") -> "Bridging":
        """What has happened by a day, and what happens later where it has not."""
        return Bridging(
            self.first_path_day if self.first_path_day <= day else later.first_path_day,
            self.day if self.day <= day else later.day,
        )


def _shares_that_count() -> tuple[float, float]:
    """Least share of the broken volume on paths across: of any path at all, and of a bridged fracture."""
    return float(np.finfo(float).tiny), value("union", "bridged")


def _first_day(low: float, high: float, holds: Callable[[float], bool]) -> float:
    """First day after `low` on which something holds that does so on `high`, to the day."""
    if holds(low):
        return low
    while high - low > 1:
        middle = np.floor(0.5 * (low + high)) if high - low > 2 else low + 1
        if middle >= high:  # a day apart but for rounding
            break
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)


@dataclass(frozen=True, eq=False)
class Bridge:
    """The broken cells of a body, how they hang together and where they reach unbroken bone.

    Attributes
    ----------
    broken : ndarray of bool, shape (b,)
        Among the bone cells.
    pairs : ndarray of int, shape (k, 2)
        Broken cells that share a face, counted among the broken ones.
    below, above : ndarray of bool, shape (n,)
        Broken cells that share a face with unbroken bone below, or above the fracture.
    volume : ndarray, shape (n,) [mm3]
    """

    broken: np.ndarray
    pairs: np.ndarray
    below: np.ndarray
    above: np.ndarray
    volume: np.ndarray

    @classmethod
    def across(cls, mesh: TetMesh, territory: np.ndarray, volume: np.ndarray) -> "Bridge":
        """Find the broken cells of a body and their contacts.

        Parameters
        ----------
        mesh : TetMesh
            Fractured, with or without caps.
        territory : ndarray, shape (b,) [-]
            Share of each bone cell that is broken.
        volume : ndarray, shape (b,) [mm3]
            Of the bone cells.
        """
        bone = np.flatnonzero(mesh.is_bone)
        broken = territory >= BROKEN
        number = np.cumsum(broken) - 1
        pairs = face_neighbours(mesh.cells[bone])
        inside = broken[pairs]
        edges = pairs[inside[:, 0] != inside[:, 1]]
        edges = np.where(broken[edges[:, :1]], edges, edges[:, ::-1])  # broken cell first
        height = mesh.zeta[mesh.cells[bone][:, :4]].mean(axis=1)
        middle = np.average(height[broken], weights=volume[broken]) if broken.any() else 0.5
        is_body = mesh.is_body[bone]
        edges = edges[is_body[edges[:, 1]]]
        contacts = np.zeros((2, int(broken.sum())), dtype=bool)
        contacts[(height[edges[:, 1]] > middle).astype(int), number[edges[:, 0]]] = True
        return cls(
            broken=broken,
            pairs=number[pairs[inside.all(axis=1)]],
            below=contacts[0],
            above=contacts[1],
            volume=volume[broken],
        )

    @classmethod
    def nowhere(cls, n_cells: int) -> "Bridge":
        """Of a body in which nothing is broken, or whose bridging nobody asks for: its share is NaN."""
        nothing = np.zeros(0, bool)
        return cls(np.zeros(n_cells, bool), np.zeros((0, 2), int), nothing, nothing, np.zeros(0))

    def share(self, solid: np.ndarray, outside: np.ndarray | None = None) -> float:
        """Share of the broken volume that belongs to solid paths from the bone below to the bone above.

        Parameters
        ----------
        solid : ndarray of bool, shape (b,)
            Bone cells whose tissue carries load.
        outside : ndarray of bool, shape (b,), optional
            Bone cells that do not count, as those filled with cement.

        Returns
        -------
        float
            0 where no path crosses the fracture; NaN where nothing is broken.
        """
        counts = np.ones(len(self.volume), dtype=bool) if outside is None else ~outside[self.broken]
        n = len(counts)
        if not counts.any():
            return float("nan")
        solid = solid[self.broken] & counts
        links = self.pairs[solid[self.pairs].all(axis=1)]
        graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(n, n))
        count, piece = connected_components(graph, directed=False)
        reaches = np.zeros((2, count), dtype=bool)
        reaches[0, piece[solid & self.below]] = True
        reaches[1, piece[solid & self.above]] = True
        crosses = np.all(reaches, axis=0)[piece] & solid
        return float(self.volume[crosses].sum() / self.volume[counts].sum())
