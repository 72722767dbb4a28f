"""Rows of cement: where it lies, what it is, and how much of it restores the vertebra."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from vertebra.fem.systems.platens import MODES, superpose
from vertebra.materials.bone import young_modulus
from vertebra.materials.cement import composite
from vertebra.materials.density import QctDensity
from vertebra.materials.table import row
from vertebra.meshes.procedures.placement import NEAR_MM
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel

from ..theory.inclusions import fill_bounds, fill_modulus
from .bench import bench

_MESH = ("mesh.parametric.edge_mm=3.0", "mesh.order=1")
_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_VOLUMES_ML = (1, 2, 3, 4, 5, 6, 7, 8)
_MUCH, _UP_TO_ENDPLATES_MM = 0.30, 0.5
_ONE_SIDE_ML = 3.5
_WITHIN = 0.99
"""A cell is filled if cement takes this share of it."""
_FILLS = (0.1, 0.15, 0.2, 0.3)


def _filled(
    volume_ml: float = 4.0,
    fracture: str = "wedge",
    approach: str = "bipedicular",
    clearance_mm: float = NEAR_MM,
    rotation: str = "fixed",
) -> VertebraModel:
    cement = f'{{day=0,volume_ml={volume_ml:g},approach="{approach}",clearance_mm={clearance_mm:g}}}'
    return bench(
        "main",
        f'fracture.type="{fracture}"',
        f'arms=[{{name="{_ARM}",cement={cement}}}]',
        f'loading.rotation="{rotation}"',
        mesh=_MESH,
    )


def product_rows() -> dict[str, Mapping[str, float]]:
    """C1 and C8: bone filled with cement, against cement in a void, and against tested bodies."""
    vertebra = _filled()
    osteoporotic = vertebra.of_density(_OSTEOPOROTIC)
    vertebroplasty = osteoporotic.filled(_ARM, composite="interdigitated")
    softest_and_stiffest = row("cement", "rim.modulus").limits or ()
    void = {
        f"{rim:g}": osteoporotic.filled(_ARM, composite="void_filled", interface=rim)
        for rim in softest_and_stiffest
    }
    usual = vertebra.of_density(100.0).filled(_ARM)
    return {
        "C1": {rim: vertebroplasty.stiffness / each.stiffness for rim, each in void.items()},
        "C1_strength": {rim: vertebroplasty.capacity / each.capacity for rim, each in void.items()},
        "C8": {"60": vertebroplasty.capacity, "100": usual.capacity},
    }


def fill_rows() -> dict[str, Mapping[str, float]]:
    """C3 and C5: what a share of the body filled with cement restores of a crushed L1."""
    unfilled = _filled(fracture="crush").of_density(_OSTEOPOROTIC)
    intact = unfilled.intact()

    def over_intact(loaded: LoadedVertebra) -> tuple[float, float]:
        return loaded.capacity / intact.capacity, loaded.stiffness / intact.stiffness

    ratios, fills = [over_intact(unfilled.fresh())], [0.0]
    for volume_ml in _VOLUMES_ML:
        try:
            vertebra = _filled(volume_ml, "crush").of_density(_OSTEOPOROTIC)
        except ValueError:  # no room for more
            break
        ratios.append(over_intact(vertebra.filled(_ARM)))
        fills.append(1e5 * volume_ml / _body_volume(vertebra))  # per cent
    strength, stiffness = (_fill_for(1.0, fills, column) for column in np.transpose(ratios))
    first = stiffness - strength if np.isfinite(strength) else -np.inf
    return {
        "C3": {"strength": strength, "stiffness": stiffness},
        "C3_order": {"": first},
        "C5": {"": stiffness},
    }


def _fill_for(level: float, fills: Sequence[float], ratios: np.ndarray) -> float:
    """Smallest fill [%] at which a ratio reaches a level, linear between volumes, none first; infinite if none does."""
    reached = np.flatnonzero(ratios >= level)
    if not len(reached):
        return float("inf")
    first = max(int(reached[0]), 1)
    return float(np.interp(level, ratios[first - 1 : first + 1], fills[first - 1 : first + 1]))


def full_rows() -> dict[str, Mapping[str, float]]:
    """C5: stiffness over intact when cement takes 30 % of a crushed L1 and reaches its endplates."""
    much_ml = _MUCH * _body_volume(_filled(1.0, "crush")) / 1000
    vertebra = _filled(much_ml, "crush", clearance_mm=_UP_TO_ENDPLATES_MM).of_density(_OSTEOPOROTIC)
    return {"C5_full": {"": vertebra.filled(_ARM).stiffness / vertebra.intact().stiffness}}


def _body_volume(vertebra: VertebraModel) -> float:
    """Bone volume of the body before the fracture, endplates included [mm3]."""
    intact = vertebra.anatomy.intact
    return float(intact.volume[intact.mesh.is_body].sum())


def modulus_rows() -> dict[str, Mapping[str, float]]:
    """C5: what the modulus of cement matters to the stiffness at a middling fill."""
    vertebra = _filled(fracture="crush").of_density(_OSTEOPOROTIC)
    properties = vertebra.filled(_ARM).properties
    geometry = vertebra.anatomy.treated[_ARM]
    fraction = vertebra.anatomy.cement[_ARM].fraction
    filled = properties.young[fraction > _WITHIN].mean()
    stiffness = []
    for young in (1000.0, 9000.0):
        changed = replace(properties, young=properties.young * (1 + fraction * (young / filled - 1)))
        stiffness.append(vertebra.loaded(geometry, changed).stiffness)
    return {"C5_modulus": {"": stiffness[1] / stiffness[0]}}


def tilt_rows() -> dict[str, Mapping[str, float]]:
    """C5: how far the upper face tilts sideways, from rim to rim, for 1 mm of approach on a ball joint [mm]."""
    tilt = {}
    for approach, word in (("bipedicular", "two sides"), ("unipedicular", "one side")):
        vertebra = _filled(_ONE_SIDE_ML, "crush", approach, rotation="free").of_density(_OSTEOPOROTIC)
        filled = vertebra.filled(_ARM)
        lateral = superpose(np.atleast_2d(filled.solution.energy))[MODES.index("lateral")]
        mesh = filled.specimen.mesh
        width = np.ptp(mesh.points[mesh.node_sets["superior_endplate"], 0])
        tilt[word] = round(float(abs(lateral) * width), 6)
    return {"C5_tilt": tilt}


def side_rows() -> dict[str, Mapping[str, float]]:
    """C4: one-sided and two-sided cement against the intact vertebra."""
    intact = _filled().of_density(_OSTEOPOROTIC).intact()
    found = {}
    for approach, word in (("unipedicular", "one side"), ("bipedicular", "two sides")):
        filled = _filled(5.0, approach=approach).of_density(_OSTEOPOROTIC).filled(_ARM)
        found[f"capacity {word}"] = filled.capacity / intact.capacity
        found[f"stiffness {word}"] = filled.stiffness / intact.stiffness
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
