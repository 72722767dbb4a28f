"""Rows of cement: where it lies, what it is, and how much of it restores the vertebra."""

from collections.abc import Mapping

import numpy as np

from vertebra.materials.bone import young_modulus
from vertebra.materials.cement import composite
from vertebra.materials.density import QctDensity

from .bench import Bench
from .inclusions import fill_bounds, fill_modulus

_MESH = ("mesh.parametric.edge_mm=3.0", "mesh.order=1")
_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_VOLUMES_ML = (1, 2, 3, 4, 5, 6, 7, 8)
_FILLS = (0.1, 0.15, 0.2, 0.3)


def _filled(volume_ml: float = 4.0, fracture: str = "wedge", approach: str = "bipedicular") -> Bench:
    cement = f'{{day=0,volume_ml={volume_ml:g},approach="{approach}"}}'
    return Bench.of(
        "main",
        f'fracture.type="{fracture}"',
        f'arms=[{{name="{_ARM}",cement={cement}}}]',
        mesh=_MESH,
    )


def product_rows() -> dict[str, Mapping[str, float]]:
    """C1 and C8: bone filled with cement, against cement in a void, and against tested bodies."""
    bench = _filled()
    condition = bench.condition(_OSTEOPOROTIC)
    vertebroplasty = bench.cemented_row(condition, _ARM, composite="interdigitated")
    kyphoplasty = bench.cemented_row(condition, _ARM, composite="void_filled")
    usual = bench.cemented_row(bench.condition(100.0), _ARM)
    return {
        "C1": {"": vertebroplasty["stiffness_N_per_mm"] / kyphoplasty["stiffness_N_per_mm"]},
        "C1_strength": {"": vertebroplasty["capacity_N"] / kyphoplasty["capacity_N"]},
        "C8": {"60": vertebroplasty["capacity_N"], "100": usual["capacity_N"]},
    }


def fill_rows() -> dict[str, Mapping[str, float]]:
    """C3: smallest share of the body that restores capacity and stiffness of a crushed L1."""
    ratios, fills = [], []
    for volume_ml in _VOLUMES_ML:
        try:
            bench = _filled(volume_ml, "crush")
        except ValueError:  # no room for more
            break
        condition = bench.condition(_OSTEOPOROTIC)
        intact, filled = bench.intact_row(condition), bench.cemented_row(condition, _ARM)
        ratios.append([filled[name] / intact[name] for name in ("capacity_N", "stiffness_N_per_mm")])
        body = bench.anatomy.intact.is_body
        fills.append(1e5 * volume_ml / bench.intact.problem.volume[body].sum())  # per cent
    enough = np.array(ratios) >= 1
    strength, stiffness = (fills[column.argmax()] if column.any() else np.inf for column in enough.T)
    first = stiffness - strength if np.isfinite(strength) else -np.inf
    return {"C3": {"strength": strength, "stiffness": stiffness}, "C3_order": {"": first}}


def side_rows() -> dict[str, Mapping[str, float]]:
    """C4: one-sided and two-sided cement against the intact vertebra."""
    found = {}
    for approach, word in (("unipedicular", "one side"), ("bipedicular", "two sides")):
        bench = _filled(5.0, approach=approach)
        condition = bench.condition(_OSTEOPOROTIC)
        intact, filled = bench.intact_row(condition), bench.cemented_row(condition, _ARM)
        found[f"capacity {word}"] = filled["capacity_N"] / intact["capacity_N"]
        found[f"stiffness {word}"] = filled["stiffness_N_per_mm"] / intact["stiffness_N_per_mm"]
    return {"C4": found}


def composite_rows() -> dict[str, Mapping[str, float]]:
    """C6 and C7: modulus of cement in bone over that of the bone, and of random fills between the bounds."""
    densities = (60.0, 100.0)
    host = young_modulus(QctDensity.from_mg_cm3(np.array(densities)))
    ratio = composite("pmma", "interdigitated").young / host
    place = {}
    for fill in _FILLS:
        low, high = fill_bounds(fill)
        place[f"{fill:g}"] = (fill_modulus(fill) - low) / (high - low)
    return {
        "C6": {f"{density:g}": float(x) for density, x in zip(densities, ratio, strict=True)},
        "C7": place,
    }
