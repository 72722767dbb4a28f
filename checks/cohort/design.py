"""The virtual cohort: vertebrae that differ in everything a scenario may ask, one state each, as a table.

On it the factor of the capacity, a limit load across the weakest surface, is fitted to the elastic-plastic test (half
`fit`) and judged (half `test`). Each group of each half is a Latin hypercube of its own: every level, kind of density
field and fracture stands about as often, and every number covers its range evenly, in both halves; the halves share no
body.
"""

import zlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from vertebra.meshes.parametric.body import level_names, preset

from .density_field import KINDS

GROUPS = {"intact": 18, "fractured": 26, "cemented": 28}
"""Bodies of each group; even, for two halves."""
HALVES = ("fit", "test")
FRACTURES = ("crush", "wedge", "biconcave")
APPROACHES = ("bipedicular", "unipedicular")

DENSITY_MG_CM3 = (50.0, 180.0)
SIZE = (0.9, 1.1)
SHELL = (0.8, 1.2)
AMPLITUDE = {
    "even": (0.0, 0.0),
    "axial": (-0.25, 0.25),
    "sagittal": (-0.25, 0.25),
    "soft_centre": (0.15, 0.30),
    "smooth": (0.10, 0.20),
}
HEIGHT_LOSS = (0.10, 0.21)
LAST_DAY = 365
LATEST_CEMENT_DAY = 56
FILL = (0.08, 0.20)
"""Cement over the box of the body times the share of a body in its box; what a level has room for."""
MOST_FROM_ONE_SIDE = 0.188
"""Of the same, for one ellipsoid."""
CLEARANCE_MM = (2.5, 4.5)

_BODY_PER_BOX = 0.62
_COLUMNS = (
    "level",
    "width",
    "depth",
    "height",
    "shell",
    "density",
    "field",
    "amplitude",
    "fracture",
    "loss",
    "day",
    "cement_day",
    "fill",
    "approach",
    "clearance",
)
_FRESH, _JUST_FILLED, _FILLED_ON_DAY_0 = 0.3, 0.4, 0.3
"""Shares of fractured bodies on day 0, of cemented ones on the day of the injection, and injected on day 0."""


@dataclass(frozen=True)
class Body:
    """One vertebra on one day; what does not apply is 0 or empty.

    Attributes
    ----------
    name, group, half : str
    level : str
    width, depth, height, shell : float [-]
        Over the sizes of the level.
    density_mg_cm3 : float
        Mean QCT density, by the volumes of cells after the fracture; their places in the field are those before it.
    field : str
        One of `density_field.KINDS`; with `field_amplitude` and `field_seed`.
    fracture : str
        Empty for intact bodies; with `height_loss`.
    day : int
        Since the fracture.
    cement_ml : float
        With `approach`, `clearance_mm` to be kept and `cement_day` of the injection.
    """

    name: str
    group: str
    half: str
    level: str
    width: float
    depth: float
    height: float
    shell: float
    density_mg_cm3: float
    field: str
    field_amplitude: float
    field_seed: int
    fracture: str = ""
    height_loss: float = 0.0
    day: int = 0
    cement_ml: float = 0.0
    approach: str = ""
    clearance_mm: float = 0.0
    cement_day: int = 0


@cache
def bodies() -> tuple[Body, ...]:
    """All bodies, intact ones first; halves alternate, so that a part of the list holds both."""
    return tuple(
        _body(group, half, index, point)
        for group, count in GROUPS.items()
        for index, points in enumerate(
            zip(*(_hypercube(group, half, count // 2) for half in HALVES), strict=True)
        )
        for half, point in zip(HALVES, points, strict=True)
    )


def _hypercube(group: str, half: str, count: int) -> list[dict[str, float]]:
    """Points of a Latin hypercube: every column holds one number of each of `count` equal parts of [0, 1)."""
    rng = np.random.default_rng(zlib.crc32(f"{group} {half}".encode()))
    columns = [(rng.permutation(count) + rng.random(count)) / count for _ in _COLUMNS]
    return [dict(zip(_COLUMNS, point, strict=True)) for point in zip(*columns, strict=True)]


def _body(group: str, half: str, index: int, point: dict[str, float]) -> Body:
    """Turn a point of the unit cube into a body; numbers are rounded, as they are to be read."""
    name = f"{group}-{half}-{index + 1:02d}"
    kind = _among(KINDS, point["field"])
    shared = {
        "name": name,
        "group": group,
        "half": half,
        "level": _among(level_names(), point["level"]),
        **{size: round(_between(SIZE, point[size]), 3) for size in ("width", "depth", "height")},
        "shell": round(_between(SHELL, point["shell"]), 3),
        "density_mg_cm3": round(_between(DENSITY_MG_CM3, point["density"]), 1),
        "field": kind,
        "field_amplitude": round(_between(AMPLITUDE[kind], point["amplitude"]), 3),
        "field_seed": zlib.crc32(name.encode()) % 10000 if kind == "smooth" else 0,
    }
    if group == "intact":
        return Body(**shared)
    shared |= {
        "fracture": _among(FRACTURES, point["fracture"]),
        "height_loss": round(_between(HEIGHT_LOSS, point["loss"]), 3),
    }
    if group == "fractured":
        return Body(**shared, day=_late(point["day"], _FRESH, LAST_DAY))
    injected = _late(point["cement_day"], _FILLED_ON_DAY_0, LATEST_CEMENT_DAY)
    approach = _among(APPROACHES, point["approach"])
    fill = min(_between(FILL, point["fill"]), 1.0 if approach == "bipedicular" else MOST_FROM_ONE_SIDE)
    return Body(
        **shared,
        day=injected + _late(point["day"], _JUST_FILLED, LAST_DAY - injected),
        cement_ml=round(fill * _volume_ml(shared), 1),
        approach=approach,
        clearance_mm=round(_between(CLEARANCE_MM, point["clearance"]), 1),
        cement_day=injected,
    )


def _between(limits: tuple[float, float], share: float) -> float:
    return float(limits[0] + share * (limits[1] - limits[0]))


def _among(names: tuple[str, ...], share: float) -> str:
    return names[int(share * len(names))]


def _late(share: float, at_once: float, last: int) -> int:
    """Day 0 for a share of the bodies, then evenly by the logarithm from day 3 on."""
    late = (share - at_once) / (1 - at_once)
    return 0 if late < 0 else round(3 * (last / 3) ** late)


def _volume_ml(sizes: dict) -> float:
    """Rough volume of the body before the fracture."""
    of_level = preset(sizes["level"])
    width = sizes["width"] * min(of_level.width_superior_mm, of_level.width_inferior_mm)
    depth = sizes["depth"] * min(of_level.depth_superior_mm, of_level.depth_inferior_mm)
    height = sizes["height"] * min(of_level.height_anterior_mm, of_level.height_posterior_mm)
    return _BODY_PER_BOX * width * depth * height / 1000
