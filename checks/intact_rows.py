"""Rows of the intact vertebra: shell, stiffness and strength by density and level, yield strain, ends."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.materials.bone import strength, young_modulus
from vertebra.materials.density import QctDensity

from .bench import Bench

_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_LINEAR_FINE = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_DENSITIES = (60.0, 100.0, 150.0)
_REMOVED = 1e-6
_OFFSET = 0.002
_UTILISED_SHARE = 0.05


def shell_rows() -> dict[str, Mapping[str, float]]:
    """I1 and I2: what the shell carries at mid-height between discs, and its share of the stiffness."""
    between_discs = Bench.of("intact", "mesh.parametric.level=T11", mesh=_QUADRATIC)
    mesh = between_discs.intact.mesh
    condition = between_discs.condition(100.0, ends="discs")
    found = between_discs.measure(between_discs.intact, condition.intact())
    middle = mesh.layer == mesh.layer.max() // 2
    force = -found.stress[middle, 2] * between_discs.intact.problem.volume[middle].sum(axis=1)
    share = (force * mesh.shell_fraction[middle]).sum() / force.sum()

    bench = Bench.of("intact", mesh=_QUADRATIC)
    whole = bench.condition(100.0).intact()
    left = np.where(bench.intact.mesh.shell_fraction > 0.5, _REMOVED, 1.0)
    stripped = replace(whole, young=whole.young * left)
    stiffness = [
        np.atleast_2d(bench.intact.problem.solve(each.young, each.poisson).energy)[0, 0]
        for each in (whole, stripped)
    ]
    return {"I1": {"T11": share}, "I2": {"L1": 1 - stiffness[1] / stiffness[0]}}


def density_rows() -> dict[str, Mapping[str, float]]:
    """I6 and I7: stiffness [kN/mm] and capacity [kN] of L1 over the densities of patients."""
    bench = Bench.of("intact", mesh=_QUADRATIC)
    rows = {density: bench.intact_row(bench.condition(density)) for density in (50.0, *_DENSITIES, 200.0)}
    return {
        "I6": {f"{density:g}": row["stiffness_N_per_mm"] / 1000 for density, row in rows.items()},
        "I7": {f"{density:g}": rows[density]["capacity_N"] / 1000 for density in _DENSITIES},
    }


def level_rows() -> dict[str, Mapping[str, float]]:
    """I8: capacity of the levels over that of L1, in per cent."""

    def capacity(level: str) -> float:
        bench = Bench.of("intact", f"mesh.parametric.level={level}", mesh=_LINEAR_FINE)
        return bench.intact_row(bench.condition(100.0))["capacity_N"]

    reference = capacity("L1")
    return {"I8": {level: 100 * (capacity(level) / reference - 1) for level in ("T12", "L2", "L4", "L5")}}


def yield_rows() -> dict[str, Mapping[str, float]]:
    """I11: yield strain of trabecular bone in per cent, with the offset of its definition."""
    bone = QctDensity.from_mg_cm3(np.array(_DENSITIES))
    young = young_modulus(bone)
    found = [100 * (limit / young + _OFFSET) for limit in strength(bone)]
    return {
        name: {f"{density:g}": float(x) for density, x in zip(_DENSITIES, strains, strict=True)}
        for name, strains in zip(("I11", "I11_tension"), found, strict=True)
    }


def end_rows() -> dict[str, Mapping[str, float]]:
    """I12: how far the most utilised bone moves forwards with discs, and with a ball joint."""
    fixed = Bench.of("intact", mesh=_QUADRATIC)
    turning = Bench.of("intact", 'loading.rotation="free"', mesh=_QUADRATIC)

    def centroid(bench: Bench, ends: str | None) -> float:
        mesh = bench.intact.mesh
        used = bench.measure(bench.intact, bench.condition(100.0, ends).intact()).utilisation
        body = np.flatnonzero(mesh.is_body & mesh.in_region("trabecular", "shell"))
        volume = bench.intact.problem.volume[body].sum(axis=1)
        order = np.argsort(-used[body])
        most = order[np.cumsum(volume[order]) <= _UTILISED_SHARE * volume.sum()]
        y = mesh.points[mesh.cells[body[most], :4], 1].mean(axis=1)
        return float(np.average(y, weights=volume[most]))

    caps = centroid(fixed, None)
    return {
        "I12": {
            "discs": centroid(fixed, "discs") - caps,
            "ball joint": centroid(turning, None) - caps,
        }
    }
