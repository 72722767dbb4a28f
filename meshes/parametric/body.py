"""Vertebral bodies from a few dimensions, with presets for T11 to L5."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from ..tetmesh import TetMesh
from .structured import structured_body

_DENT_HALF_ANGLE = np.radians(50)
SIZE_LIMITS = {
    "width_superior_mm": (15, 80),
    "width_inferior_mm": (15, 80),
    "depth_superior_mm": (12, 60),
    "depth_inferior_mm": (12, 60),
    "height_posterior_mm": (8, 50),
    "height_anterior_mm": (8, 50),
    "posterior_concavity_mm": (0, 6),
    "waist_area_ratio": (0.5, 1.0),
    "concavity_superior_mm": (0, 5),
    "concavity_inferior_mm": (0, 5),
    "concavity_diameter_ratio": (0.3, 1.0),
    "shell_mm": (0.05, 5),
    "endplate_mm": (0.05, 5),
}


@cache
def _table():
    return tomllib.loads((Path(__file__).parent / "levels.toml").read_text(encoding="utf-8"))


def level_names() -> tuple[str, ...]:
    """Names of the levels that have a preset, from above downwards."""
    return tuple(name for name in _table() if name != "common")


def _window(theta):
    """Weight of the dent of the posterior wall: 1 in the middle, 0 from its half angle on."""
    from_behind = np.abs((theta + np.pi / 2 + np.pi) % (2 * np.pi) - np.pi)
    return np.cos(np.pi / 2 * np.minimum(from_behind / _DENT_HALF_ANGLE, 1)) ** 2


@lru_cache
def _dent(half_width, middle, concavity):
    """Depth of a dent in a half ellipse that leaves the middle at `middle`, lobes `concavity` farther out.

    Found by bisection: the reach of the lobes grows with the dent.
    """
    theta = np.linspace(-np.pi / 2, 0, 181)
    window = _window(theta)

    def reach(dent):
        half = middle + dent
        radius = (1 - dent / half * window) / np.hypot(np.cos(theta) / half_width, np.sin(theta) / half)
        return float((-radius * np.sin(theta)).max()) - middle

    low, high = 0.0, 2.0 * middle
    for _ in range(50):
        trial = (low + high) / 2
        low, high = (low, trial) if reach(trial) >= concavity else (trial, high)
    return high if concavity > 0 else 0.0


@dataclass(frozen=True)
class ParametricBody:
    """Boundary of a vertebral body from its dimensions, symmetric about the sagittal plane.

    The section is half an ellipse in front; behind, half an ellipse with a dent in the middle of the
    posterior wall (kidney). The wall narrows towards mid-height, the endplates are dished inside a flat rim.
    The origin is the middle of the body; both endplates tilt by half the wedge angle.

    Attributes
    ----------
    width_superior_mm, width_inferior_mm : float [mm]
        Width of the endplates.
    depth_superior_mm, depth_inferior_mm : float [mm]
        Depth of the endplates over all, from the posterior lobes to the anterior edge.
    height_posterior_mm, height_anterior_mm : float [mm]
        Heights between the rims in the sagittal plane.
    posterior_concavity_mm : float [mm]
        How far the middle of the posterior wall lies in front of its two lobes, at the endplates.
    waist_area_ratio : float [-]
        Area of the mid-section over the one that straight walls would give.
    concavity_superior_mm, concavity_inferior_mm : float [mm]
        Depth of the dish of each endplate below its rim.
    concavity_diameter_ratio : float [-]
        Diameter of the dish over that of the endplate.
    shell_mm, endplate_mm : float [mm]
        Thickness of the cortical shell and of the bony endplates.
    """

    width_superior_mm: float
    width_inferior_mm: float
    depth_superior_mm: float
    depth_inferior_mm: float
    height_posterior_mm: float
    height_anterior_mm: float
    posterior_concavity_mm: float
    waist_area_ratio: float
    concavity_superior_mm: float
    concavity_inferior_mm: float
    concavity_diameter_ratio: float
    shell_mm: float
    endplate_mm: float

    def __post_init__(self):
        """Refuse dimensions that are no vertebra."""
        for name, (low, high) in SIZE_LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                msg = f"{name} = {value:g}: expected {low} to {high}. Check the dimension and its unit."
                raise ValueError(msg)
        middle = (self.height_posterior_mm + self.height_anterior_mm) / 2
        dish = self.concavity_superior_mm + self.concavity_inferior_mm
        if dish + 2 * self.endplate_mm > 0.6 * middle:
            msg = (
                f"the endplates (dishes of {dish:g} mm in all, bone of 2 x {self.endplate_mm:g} mm) leave "
                f"less than 40 % of the height of {middle:g} mm: make them shallower or the body higher."
            )
            raise ValueError(msg)

    def outline(self, theta: np.ndarray, side: str) -> np.ndarray:
        """Rim of an endplate seen from above; shape (..., 2) [mm]."""
        superior = side == "superior"
        half_width = (self.width_superior_mm if superior else self.width_inferior_mm) / 2
        half_depth = (self.depth_superior_mm if superior else self.depth_inferior_mm) / 2
        cosine, sine = np.cos(theta), np.sin(theta)
        middle = half_depth - self.posterior_concavity_mm
        dent = _dent(half_width, middle, self.posterior_concavity_mm)
        half = np.where(sine < 0, middle + dent, half_depth)
        radius = 1 / np.hypot(cosine / half_width, sine / half)
        radius = radius * (1 - dent / half * _window(theta))
        return np.stack([radius * cosine, radius * sine], axis=-1)

    def _rim_height(self, y, side):
        """Height of the plane of a rim at depth y."""
        superior = side == "superior"
        depth = self.depth_superior_mm if superior else self.depth_inferior_mm
        behind = depth / 2 - self.posterior_concavity_mm
        slope = (self.height_anterior_mm - self.height_posterior_mm) / (depth / 2 + behind)
        half = (self.height_posterior_mm + slope * (y + behind)) / 2
        return half if superior else -half

    def wall(self, theta: np.ndarray, eta: np.ndarray) -> np.ndarray:
        """Lateral surface; shape (..., 3) [mm]."""
        theta, eta = np.broadcast_arrays(np.asarray(theta, float), np.asarray(eta, float))
        up = eta[..., None]
        lower, upper = self.outline(theta, "inferior"), self.outline(theta, "superior")
        narrow = 1 - (1 - self.waist_area_ratio**0.5) * 4 * up * (1 - up)
        z = (1 - eta) * self._rim_height(lower[..., 1], "inferior") + eta * self._rim_height(
            upper[..., 1], "superior"
        )
        return np.concatenate([narrow * ((1 - up) * lower + up * upper), z[..., None]], axis=-1)

    def endplate(self, theta: np.ndarray, rho: np.ndarray, side: str) -> np.ndarray:
        """End surface; shape (..., 3) [mm]."""
        theta, rho = np.broadcast_arrays(np.asarray(theta, float), np.asarray(rho, float))
        plane = rho[..., None] * self.outline(theta, side)
        inside = np.minimum(rho / self.concavity_diameter_ratio, 1)
        dish = (1 - inside**2) ** 2
        dish = -self.concavity_superior_mm * dish if side == "superior" else self.concavity_inferior_mm * dish
        z = self._rim_height(plane[..., 1], side) + dish
        return np.concatenate([plane, z[..., None]], axis=-1)


def preset(level: str = "L1", **dimensions: float) -> ParametricBody:
    """Dimensions of a level, some of them replaced.

    Parameters
    ----------
    level : str
        T11, T12 or L1 to L5; sizes and sources in `levels.toml`.
    **dimensions : float
        Attributes of `ParametricBody` to replace.

    Raises
    ------
    ValueError
        Unknown level or dimension, value out of range.
    """
    table = _table()
    if level not in level_names():
        msg = f"level = {level!r}: expected one of {', '.join(level_names())}. Choose the nearest."
        raise ValueError(msg)
    known = [f.name for f in fields(ParametricBody)]
    for name in dimensions:
        if name not in known:
            near = get_close_matches(name, known, 1) or known
            msg = f"unknown dimension {name!r}: expected one of {', '.join(known)}. Did you mean {near[0]!r}?"
            raise ValueError(msg)
    return ParametricBody(**{**table["common"], **table[level], **dimensions})


def parametric_body(
    level: str = "L1",
    edge_mm: float = 3.0,
    order: int = 2,
    *,
    breaks: Sequence[float] = (0.2, 0.8),
    **dimensions: float,
) -> TetMesh:
    """Mesh the body of a level; see `preset` for the dimensions and `structured_body` for the rest.

    Returns
    -------
    TetMesh
        Bone without caps.
    """
    body = preset(level, **dimensions)
    return structured_body(
        body,
        edge_mm=edge_mm,
        shell_mm=body.shell_mm,
        endplate_mm=body.endplate_mm,
        order=order,
        breaks=breaks,
    )
