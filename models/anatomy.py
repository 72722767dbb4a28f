"""From scenario to meshes: the intact body, the crushed body, their ends, and where cement lies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vertebra.materials.damage import is_outside_data, peak_crush
from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.cleft import place_cleft
from vertebra.meshes.fracture.crush import ZONE, CrushedBody, crush_body, zone_borders
from vertebra.meshes.heights import body_heights
from vertebra.meshes.parametric.body import parametric_body
from vertebra.meshes.procedures.placement import CementPlacement, place_cement
from vertebra.meshes.quality import MeshQuality, mesh_quality
from vertebra.meshes.surface.alignment import align_body
from vertebra.meshes.surface.fit import fit_body
from vertebra.meshes.surface.reading import read_surface
from vertebra.meshes.surface.tetwild import tetwild_body
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Fracture, Mesh
from vertebra.scenarios.schema import Scenario

_BRIDGE_ELEMENTS = 3
_RESOLVED = 0.5
"""Share of a cleft in elements that it fills, below which a run warns."""


_BETWEEN_DISCS = (
    "between discs capacity is that of the weakest section, which is 0.93 to 1.05 of the elastic-plastic force at 5 % "
    "strain on four bodies: ratios to intact within that band may have the wrong order. Set "
    'capacity.virtual_test = "all" and compare ultimate_N.'
)


@dataclass(frozen=True)
class Anatomy:
    """Everything geometric that a scenario asks for.

    Attributes
    ----------
    intact, fractured : TetMesh
        With their ends; of the same topology. Without a fracture both are the intact mesh.
    compaction : ndarray, shape (m,) [-]
        Old over new volume of each cell; 1 in caps.
    zone : ndarray, shape (m,) [-]
        Volume fraction of each cell in the fracture zone.
    cleft : ndarray, shape (m,) [-]
        Volume fraction of each cell that is an empty cleft.
    cement : dict of str to CementPlacement
        By arm; fractions are those of the fractured mesh with its ends.
    quality : MeshQuality
        Of the fractured mesh.
    notes, warnings : tuple of str
        What was found or decided on the way; what the reader must know.
    """

    intact: TetMesh
    fractured: TetMesh
    compaction: np.ndarray
    zone: np.ndarray
    cleft: np.ndarray
    cement: dict[str, CementPlacement]
    quality: MeshQuality
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def build_anatomy(scenario: Scenario) -> Anatomy:
    """Mesh the body, crush it, add the ends and place the cement of every arm.

    Raises
    ------
    ValueError
        The anatomy cannot be built as asked: surface not usable, cement that does not fit, and so on.
    """
    fracture = scenario.fracture
    bone, zone, notes = _bone_mesh(scenario.mesh, fracture)
    warnings: list[str] = []
    crushed = None
    if fracture is not None:
        with _naming("fracture"):
            crushed = crush_body(bone, fracture.type, fracture.height_loss, centre=fracture.centre, zone=zone)
        notes.append(_describe_crush(crushed, zone * crushed.before.mean_mm))
        if is_outside_data(fracture.height_loss):
            warnings.append(
                f"fracture.height_loss {fracture.height_loss:g} is a peak crush of "
                f"{100 * peak_crush(fracture.height_loss):.0f} %, outside 15-30 %: the damage constants rest on tests "
                "at 25 % (residual loss 0.17) only; day-0 ratios are an extrapolation."
            )
    if scenario.loading.ends == "discs":
        warnings.append(_BETWEEN_DISCS)
    with_ends = _ends(scenario)
    intact = with_ends(bone)
    fractured = intact if crushed is None else with_ends(crushed.mesh)
    zone_of_cells = _on_bone(fractured, None if crushed is None else crushed.zone, 0.0)
    cleft = np.zeros(fractured.n_cells)
    if fracture is not None and fracture.cleft_mm is not None:
        with _naming("fracture.cleft_mm"):
            placed_cleft = place_cleft(
                fractured,
                zone_of_cells,
                fracture.cleft_mm,
                width=fracture.cleft_share,
                depth=fracture.cleft_share,
            )
        cleft = placed_cleft.fraction
        if placed_cleft.resolved < _RESOLVED:
            warnings.append(
                f"fracture.cleft_mm {fracture.cleft_mm:g}: {100 * placed_cleft.resolved:.0f} % of the cleft lies in "
                f"elements that it fills, expected {100 * _RESOLVED:.0f} %: bone beside it makes it too stiff. Take "
                "mesh edges of at most half its thickness."
            )
        notes.append(f"cleft of {placed_cleft.volume_mm3 / 1000:.2f} mL in the fracture zone")
    cement = {}
    for arm in scenario.arms:
        if arm.cement is not None:
            with _naming(f"arms.{arm.name}.cement"):
                placed = place_cement(
                    fractured,
                    arm.cement.volume_ml,
                    zone=zone_of_cells,
                    approach=arm.cement.approach,
                    clearance_mm=arm.cement.clearance_mm,
                )
            cement[arm.name] = placed
            notes.append(_describe_cement(arm.name, placed))
            warnings += _unresolved_bridge(arm.name, placed, scenario.mesh.edge_mm)
            if placed.near_endplate:
                warnings.append(
                    f"arm {arm.name}: cement lies nearer than 2.5 mm to an endplate; its capacity is not "
                    "mesh-converged there (it falls by 14-22 % a refinement)."
                )
    return Anatomy(
        intact=intact,
        fractured=fractured,
        compaction=_on_bone(fractured, None if crushed is None else crushed.compaction, 1.0),
        zone=zone_of_cells,
        cleft=cleft,
        cement=cement,
        quality=mesh_quality(fractured),
        notes=tuple(notes),
        warnings=tuple(warnings),
    )


@contextmanager
def _naming(key: str) -> Iterator[None]:
    """Put the key of the scenario that is meant before what the geometry says."""
    try:
        yield
    except (ValueError, OSError) as error:
        message = f"{key}: {error}"
        raise ValueError(message) from error


def _bone_mesh(mesh: Mesh, fracture: Fracture | None) -> tuple[TetMesh, float, list[str]]:
    """Mesh the uncrushed bone, its cell layers ending at the borders of the zone; also the zone's share of height."""
    build = _builder(mesh)
    centre = 0.5 if fracture is None else fracture.centre
    zone = ZONE
    if fracture is not None and fracture.zone_mm is not None:
        whole, _ = build(zone_borders())
        zone = fracture.zone_mm / body_heights(whole).mean_mm
    with _naming("fracture"):
        low, high = zone_borders(centre, zone)
    if low < 0.1 or high > 0.9:
        message = (
            f"fracture: the zone reaches from {low:.2f} to {high:.2f} of the height, expected within 0.10 to 0.90. "
            "Move fracture.centre towards 0.5 or lower fracture.zone_mm."
        )
        raise ValueError(message)
    bone, notes = build((low, high))
    return bone, zone, notes


def _builder(mesh: Mesh) -> Callable[[tuple[float, float]], tuple[TetMesh, list[str]]]:
    """How to build the bone for given zone borders, and what to tell about it."""
    if mesh.parametric is not None:
        given = mesh.parametric
        return lambda breaks: (
            parametric_body(given.level, given.edge_mm, mesh.order, breaks=breaks, **given.sizes),
            [],
        )
    stored = mesh.surface
    assert stored is not None  # one of the two, by the schema
    with _naming("mesh.surface"):
        body = align_body(read_surface(Path(stored.file), unit=stored.unit, axes=stored.axes))
    layers = {
        "edge_mm": stored.edge_mm,
        "order": mesh.order,
        "shell_mm": stored.shell_mm,
        "endplate_mm": stored.endplate_mm,
    }
    if stored.method == "tetwild":

        def wild(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
            with _naming("mesh.surface"):
                return tetwild_body(body, **layers), list(body.notes)

        return wild

    def fit(breaks: tuple[float, float]) -> tuple[TetMesh, list[str]]:
        with _naming("mesh.surface"):
            fitted, report = fit_body(body, breaks=breaks, **layers)
        return fitted, [*report.notes, str(report)]

    return fit


def _ends(scenario: Scenario) -> Callable[[TetMesh], TetMesh]:
    if scenario.loading.ends == "platens":
        return lambda mesh: mesh
    thickness = scenario.loading.cap_mm if scenario.loading.ends == "pmma_caps" else scenario.loading.disc_mm
    return lambda mesh: add_caps(mesh, thickness)


def _on_bone(mesh: TetMesh, values: np.ndarray | None, elsewhere: float) -> np.ndarray:
    """Spread values of the bone cells over all cells of the mesh with its ends."""
    everywhere = np.full(mesh.n_cells, elsewhere)
    if values is not None:
        everywhere[mesh.is_bone] = values
    return everywhere


def _describe_crush(crushed: CrushedBody, zone_mm: float) -> str:
    inside = crushed.zone > 0.5
    return (
        f"crushed zone: {zone_mm:.1f} mm thick before, compaction {crushed.compaction[inside].min():.3f} to "
        f"{crushed.compaction[inside].max():.3f}, bone mineral kept to {crushed.mineral_error:.1e}"
    )


def _describe_cement(arm: str, placed: CementPlacement) -> str:
    return (
        f"arm {arm}: {placed.volume_ml:.3f} mL of cement-filled bone, {placed.clearance_superior_mm:.1f} mm of bone "
        f"left to the superior and {placed.clearance_inferior_mm:.1f} mm to the inferior endplate"
    )


def _unresolved_bridge(arm: str, placed: CementPlacement, edge_mm: float) -> list[str]:
    """Warn where too few elements stand between cement and endplate for a converged capacity."""
    bridge = min(placed.clearance_superior_mm, placed.clearance_inferior_mm)
    if bridge >= _BRIDGE_ELEMENTS * edge_mm:
        return []
    return [
        f"arm {arm}: about {bridge / edge_mm:.1f} elements between cement and endplate, expected "
        f"{_BRIDGE_ELEMENTS} (edge_mm {bridge / _BRIDGE_ELEMENTS:.1f}): the capacity beside cement moves by 10-20 % "
        "with the mesh; stiffness and service load are steadier."
    ]
