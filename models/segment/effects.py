"""What a vertebra does to the disc and to the neighbour beyond it: pressure, bending of endplates, load to break."""

import numpy as np

from vertebra.fem.cells.stress import principal_stress, von_mises
from vertebra.materials.failure.criteria import utilisation
from vertebra.meshes.caps import rim_edges
from vertebra.meshes.segment.functional_unit import SIDES, FunctionalUnit
from vertebra.meshes.segment.mirrored import other
from vertebra.scenarios.loading_section import Capacity

from ..strength.linear_criteria import (
    FACTOR,
    MU,
    PERCENTILE_VOLUME,
    load_at_volume,
    mobilised_section_strength,
)
from .beside import Segment


def effects(segment: Segment, capacity: Capacity, load_N: float) -> dict[str, float]:
    """Columns of `neighbours.csv` that one state decides.

    Parameters
    ----------
    segment : Segment
    capacity : Capacity
        Criterion by which bone is used up.
    load_N : float [N]
        Axial force at which pressure, deflections, stress and strain are given.

    Returns
    -------
    dict of str to float
        The load that breaks the neighbour is given by two criteria: where `PERCENTILE_VOLUME` of its bone has reached
        its strength, elastically, and where its weakest section becomes a hinge.
    """
    unit = segment.unit
    bends = deflections(unit, segment.response.displacement)
    return {
        "disc_pressure_MPa": load_N * disc_pressure(segment),
        "pressure_factor": disc_pressure(segment) * disc_area(unit),
        "endplate_deflection_mm": load_N * bends[0],
        "adjacent_deflection_mm": load_N * bends[1],
        **_stressed(segment, load_N),
        **_breaks(segment, capacity),
    }


def disc_pressure(segment: Segment) -> float:
    """Mean pressure in the nucleus, minus a third of the trace of stress, for unit axial force [MPa/N]."""
    inside = segment.unit.of("nucleus")
    pressure = -segment.response.stress[inside, :, :3].mean(axis=-1)
    volume = segment.volume[inside]
    return float((pressure * volume).sum() / volume.sum())


def disc_area(unit: FunctionalUnit) -> float:
    """Area of the endplate at the disc, seen along z [mm2]."""
    corners = unit.points[unit.faces[:, :3], :2]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return float(np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum() / 2)


def deflections(unit: FunctionalUnit, displacement: np.ndarray) -> tuple[float, float]:
    """How far the endplates at the disc sink into their bodies, at most, from the plane that their rims move as.

    Parameters
    ----------
    unit : FunctionalUnit
    displacement : ndarray, shape (n, 3) [mm]

    Returns
    -------
    (float, float) [mm]
        Of the vertebra, and of the neighbour.
    """
    rim = np.unique(rim_edges(unit.vertebra, SIDES[unit.where]))
    into_vertebra = -1.0 if unit.where == "above" else 1.0
    shift = unit.vertebra.n_points
    nodes = np.unique(unit.faces)
    return (
        _sinks(unit.points, into_vertebra * displacement[:, 2], nodes, rim),
        _sinks(unit.points, -into_vertebra * displacement[:, 2], nodes + shift, rim + shift),
    )


def _sinks(points: np.ndarray, inward: np.ndarray, nodes: np.ndarray, rim: np.ndarray) -> float:
    """Largest inward displacement of nodes beyond the plane through that of the rim."""

    def with_one(chosen: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(chosen)), points[chosen, :2]])

    plane, *_ = np.linalg.lstsq(with_one(rim), inward[rim], rcond=None)
    return float((inward[nodes] - with_one(nodes) @ plane).max())


def _stressed(segment: Segment, load_N: float) -> dict[str, float]:
    """Stress of the neighbour's endplate at the disc, and compressive strain of its bone."""
    unit, response = segment.unit, segment.response
    bone = unit.neighbour.is_bone
    cells = np.flatnonzero(unit.of("neighbour"))
    endplate = cells[unit.neighbour.in_region(f"{other(SIDES[unit.where])}_endplate")[bone]]
    strain = response.strain[cells].copy()
    strain[..., 3:] /= 2
    shortest = -principal_stress(strain).min(axis=-1)
    return {
        "adjacent_endplate_MPa": load_N
        * _exceeded(von_mises(response.stress[endplate]), segment.volume[endplate]),
        "adjacent_strain": load_N * _exceeded(shortest, segment.volume[cells]),
    }


def _exceeded(values: np.ndarray, volume: np.ndarray) -> float:
    """Value that `PERCENTILE_VOLUME` of the volume exceeds."""
    return 1 / load_at_volume(values, volume, limit=1.0, share=PERCENTILE_VOLUME)


def _breaks(segment: Segment, capacity: Capacity) -> dict[str, float]:
    """Loads that break the neighbour."""
    unit, tissue = segment.unit, segment.tissue
    cells = np.flatnonzero(unit.of("neighbour"))
    stress, volume = segment.response.stress[cells], segment.volume[cells]
    used = utilisation(
        capacity.criterion,
        principal_stress(stress),
        tissue.strength_compression[cells, None],
        tissue.strength_tension[cells, None],
        tissue.poisson[cells, None],
    )
    bone = unit.neighbour.is_bone
    body = unit.neighbour.is_body[bone]
    by_section = capacity.rule == "section"
    section = mobilised_section_strength(
        -stress[..., 2],
        used,
        tissue.strength_compression[cells],
        volume,
        unit.neighbour.layer[bone],
        mu=capacity.mu if by_section else MU,
        factor=capacity.factor if by_section else FACTOR,
    )
    return {
        "adjacent_yield_N": load_at_volume(used[body], volume[body], limit=1.0, share=PERCENTILE_VOLUME),
        "adjacent_capacity_N": section.capacity_N,
    }
