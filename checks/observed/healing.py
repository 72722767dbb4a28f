"""Rows of healing: tissue of the crushed zone over a year under the kinetic law with its vessels."""

from collections.abc import Mapping

import numpy as np

from vertebra.courses.known import Branch, follow_branches

from .bench import bench

_ONSET, _FILLED = 0.05, 0.95
_DAYS = [*range(0, 85), *range(91, 366, 7)]
_WITHIN = 0.99
"""A cell of the zone is one that lies in it by this share."""


class Course:
    """Mean tissue of the territory of repair, as shares of it, on every day."""

    def __init__(self, endochondral_share: float):
        """Follow a crushed L1 that is left to heal."""
        vertebra = bench("crush", f"healing.days={_DAYS}", f"healing.endochondral_share={endochondral_share}")
        geometry = vertebra.anatomy.fractured
        self.bone = vertebra.bone(geometry)
        self.zone = geometry.zone[self.bone.is_bone] > _WITHIN
        self.zone &= geometry.mesh.in_region("trabecular")[self.bone.is_bone]
        self.branch: Branch = follow_branches(vertebra)[None]

    def mean(self, *tissues: str) -> np.ndarray:
        """Share of the territory on every day that is one of the tissues."""
        out = []
        for state in self.branch.states.values():
            weight = state.repair * self.bone.cell_volume
            out.append(sum(state.share(name) for name in tissues) @ weight / weight.sum())
        return np.array(out)

    def first_day(self, values: np.ndarray, level: float) -> float:
        """Day on which a rising share passes a level, linear between days; infinite if it never does."""
        above = np.flatnonzero(values >= level)
        if not len(above):
            return float("inf")
        last = above[0] + 1
        return float(np.interp(level, values[:last], _DAYS[:last]))


def healing_rows() -> dict[str, Mapping[str, float]]:
    """H1, H2, H6, H9, H10."""
    courses = {share: Course(share) for share in (0.0, 0.5, 1.0)}
    direct, usual, through_cartilage = courses.values()
    onset = {
        f"{share:g}": course.first_day(course.mean("woven"), _ONSET) for share, course in courses.items()
    }
    filled = through_cartilage.first_day(through_cartilage.mean("woven", "remodelled"), _FILLED)
    peaks = [_DAYS[int(direct.mean(name).argmax())] for name in ("woven", "remodelled")]
    state = usual.branch.states[_DAYS[-1]]
    weight = state.repair * usual.bone.cell_volume
    moduli = np.concatenate(
        [
            usual.bone.on_day(usual.branch.states[day], None).young[usual.bone.is_bone][usual.zone]
            for day in (0, 7, 14, 28, 56, _DAYS[-1])
        ]
    )
    return {
        "H1": onset,
        "H2": {"": filled},
        "H6_cartilage": {"": float(direct.mean("cartilage").max())},
        "H6_order": {"": float(peaks[1] - peaks[0])},
        "H9": {"": float(state.remodelled_density @ weight / weight.sum())},
        "H10": {"least": float(moduli.min()), "largest": float(moduli.max())},
    }
