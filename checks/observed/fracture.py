"""Rows of the fresh fracture: stiffness and strength after the crush of the published tests."""

from collections.abc import Mapping

from vertebra.courses.followed.bench import creep_after_fracture, creep_before_fracture
from vertebra.models.strength.virtual_test import RUN_TOLERANCE, run_virtual_test

from .bench import BETWEEN_DISCS, COARSE, bench

_FINER = ("mesh.parametric.edge_mm=3.0", "mesh.order=1")
_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_LEVELS = ("T12", "L1", "L3", "L5")
_DENSITIES = (50.0, 100.0, 150.0)
_TESTED = (60.0, 150.0)


def crush_rows() -> dict[str, Mapping[str, float]]:
    """F1, F2, F3 and the rule that must fail: ratios after a 25 % crush, capacity by the weakest surface."""
    stiffness, capacity, rule = {}, {}, {}
    for level in _LEVELS:
        vertebra = bench("crush", f"mesh.parametric.level={level}", mesh=_FINER)
        for density in _DENSITIES:
            of_density = vertebra.of_density(density)
            intact, crushed = of_density.intact(), of_density.fresh()
            key = f"{level} {density:g}"
            stiffness[key] = crushed.stiffness / intact.stiffness
            capacity[key] = crushed.capacity / intact.capacity
            rule[key] = crushed.measured.row["crawford_N"] / intact.measured.row["crawford_N"]
    spread = {
        level: max(mine) - min(mine)
        for level in _LEVELS
        if (mine := [ratio for key, ratio in capacity.items() if key.startswith(level)])
    }
    return {"F1": stiffness, "F2": capacity, "F2_rule": rule, "F3": spread}


def plastic_rows() -> dict[str, Mapping[str, float]]:
    """F2 by the elastic-plastic test."""
    ratios = {}
    for level in _LEVELS:
        vertebra = bench("crush", f"mesh.parametric.level={level}", mesh=COARSE)
        for density in _TESTED:
            of_density = vertebra.of_density(density)
            intact, crushed = (
                run_virtual_test(state.specimen, state.properties, tolerance=RUN_TOLERANCE)
                for state in (of_density.intact(), of_density.fresh())
            )
            ratios[f"{level} {density:g}"] = crushed.ultimate_N / intact.ultimate_N
    return {"F2_test": ratios}


def disc_rows() -> dict[str, Mapping[str, float]]:
    """F4: change of stiffness of a crushed body between disc layers, in per cent."""
    vertebra = bench("crush", BETWEEN_DISCS, mesh=_QUADRATIC)
    of_density = vertebra.of_density(100.0)
    return {"F4": {"L1": 100 * (of_density.fresh().stiffness / of_density.intact().stiffness - 1)}}


def creep_rows() -> dict[str, Mapping[str, float]]:
    """F6: creep of an hour at 1 kN before and after a wedge fracture, and with cement."""
    vertebra = bench("main", 'loading.rotation="free"')
    cement = next(arm.cement for arm in vertebra.scenario.arms if arm.cement is not None)
    before, after = creep_before_fracture(vertebra), creep_after_fracture(vertebra)
    filled = creep_after_fracture(vertebra, cement)
    return {
        "F6": {"": 1e6 * after.anterior},
        "F6_before": {"": 1e6 * before.anterior},
        "F6_cement": {"": 100 * (filled.anterior / after.anterior - 1)},
        "F6_cement_middle": {"": 100 * (filled.central / after.central - 1)},
        "F6_middle": {"": after.central / after.anterior},
        "F6_middle_before": {"": 1e6 * before.central},
    }
