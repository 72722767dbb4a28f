"""From scenario to shapes: the intact body, the crushed body, their ends, and where cement lies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from vertebra.materials.damage import beyond_plateau, is_outside_data, peak_crush, plateau_strain
from vertebra.materials.density import Density, to_apparent, to_ash, to_qct
from vertebra.meshes.caps import add_caps
from vertebra.meshes.fracture.band import BandRule
from vertebra.meshes.fracture.cleft import place_cleft
from vertebra.meshes.fracture.collapsing import CollapsingBody
from vertebra.meshes.fracture.crush import CrushedBody, crush_body, fit_to_band
from vertebra.meshes.fracture.uncrush import uncrush_body
from vertebra.meshes.frames import Frame
from vertebra.meshes.heights import body_heights
from vertebra.meshes.kept import taking_from
from vertebra.meshes.procedures.placement import CementPlacement, place_cement
from vertebra.meshes.quality import MeshQuality, mesh_quality
from vertebra.meshes.tetmesh import TetMesh
from vertebra.scenarios.anatomy_section import Fracture
from vertebra.scenarios.healing_section import Arm
from vertebra.scenarios.procedures.cement_section import Cement
from vertebra.scenarios.schema import Scenario

from .bodies import Bone, Mesher, bone_of
from .collapsing import Collapsing, fractured_geometry
from .density import BoneDensity, density_field, mean_density, sampled_density
from .geometry import Geometry
from .imported.existing import find_fracture, is_existing, known_fracture
from .kyphoplasty import Kyphoplasty, cavity_around, filled, raised
from .naming import naming
from .procedure import aging, injection_of

_CALIBRATED_LOSS = 0.17
"""Residual loss whose band the layers of an intact body follow, so that it compares with a crushed one."""
_RESOLVED = 0.5
"""Share of a cleft in elements that it fills, below which a run warns."""


_BETWEEN_DISCS = (
    "between discs capacity is that of the weakest section, which is 0.93 to 1.05 of the elastic-plastic force at 5 % "
    "strain on four bodies: ratios to intact within that band may have the wrong order. Set "
    'capacity.virtual_test = "all" and compare ultimate_N.'
)


@dataclass(frozen=True)
class Anatomy:
    """Everything geometric that a scenario asks for, and the density of its bone.

    Attributes
    ----------
    intact, fractured : Geometry
        Of the same topology. Without a fracture both are the intact one.
    treated : mapping of str to Geometry
        From its injection on, by arm.
    density : Density, shape (b,)
        Of every bone cell before the fracture.
    quality : MeshQuality
        Of the fractured mesh.
    notes, warnings : tuple of str
        What was found or decided on the way; what the reader must know.
    collapsing : Collapsing or None
        The fractured body at any loss of height; None without a fracture.
    balance : mapping of str to float
        Mineral of image and mesh (`density.BoneDensity`); empty where a density is stated.
    enclosed : Density, shape (b,), or None
        Of the trabecular bone beneath the shell, where it is not that of the cell.
    kyphoplasties : mapping of str to Kyphoplasty
        What they have done to the body of day 0, by arm.
    tetwild : mapping of str to (ndarray, ndarray)
        Meshes of fTetWild behind it, which differ from run to run: points and cells by the hash of their inputs.
    """

    intact: Geometry
    fractured: Geometry
    treated: Mapping[str, Geometry]
    density: Density
    quality: MeshQuality
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    collapsing: Collapsing | None = None
    balance: Mapping[str, float] = field(default_factory=dict)
    enclosed: Density | None = None
    kyphoplasties: Mapping[str, Kyphoplasty] = field(default_factory=dict)
    tetwild: Mapping[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    def geometry(self, arm: str, day: int) -> Geometry:
        """Shape of an arm on a day without collapse; that of arm `intact` on any.

        Parameters
        ----------
        arm : str
        day : int [d]
        """
        if arm == "intact":
            return self.intact
        treated = self.treated.get(arm)
        return self.fractured if treated is None or day < treated.from_day else treated

    @property
    def cement(self) -> dict[str, CementPlacement]:
        """Where the cement of each arm lies."""
        return {arm: given.cement for arm, given in self.treated.items() if given.cement is not None}


def build_anatomy(scenario: Scenario, density: Callable[[TetMesh], Density] | None = None) -> Anatomy:
    """Mesh the body, give its bone a density, crush it, add the ends and place the cement of every arm.

    Parameters
    ----------
    scenario : Scenario
    density : callable, optional
        From the intact mesh with its ends to the density of its bone cells, in place of what the scenario says.

    Raises
    ------
    ValueError, OSError
        The anatomy cannot be built as asked: surface not usable, cement that does not fit, and so on.
    """
    with taking_from(scenario.stored_meshes) as shelf:
        return replace(_build(scenario, density), tetwild=shelf.used)


def _build(scenario: Scenario, density: Callable[[TetMesh], Density] | None) -> Anatomy:
    if scenario.bone.density_image is not None and density is None:
        mean_density(scenario)  # a broken image is refused before anything is meshed
    fracture = known_fracture(scenario)
    source = bone_of(scenario.mesh.anatomy, scenario.mesh.order)
    bone, rule, notes = _bone_mesh(source.mesh, fracture)
    warnings: list[str] = []
    if fracture is not None and is_existing(scenario):
        notes += find_fracture(scenario).notes
        with naming("fracture"):
            bone = uncrush_body(bone, fracture.type, _stated(fracture), rule)
    crushed = None
    if fracture is not None:
        with naming("fracture"):
            bone = fit_to_band(bone, fracture.type, _stated(fracture), rule)
            crushed = crush_body(bone, fracture.type, _stated(fracture), rule)
        notes.append(_describe_crush(crushed))
        if crushed.full is not None:
            beyond = beyond_plateau(crushed.full.strain)
            warnings.append(f"fracture.height_loss {_stated(fracture):g}: {crushed.full}. There {beyond}.")
        if is_outside_data(_stated(fracture)):
            warnings.append(
                f"fracture.height_loss {_stated(fracture):g} is a peak crush of "
                f"{100 * peak_crush(_stated(fracture)):.0f} %, outside 15-30 %: the damage constants rest on tests "
                "at 25 % (residual loss 0.17) only; day-0 ratios are an extrapolation."
            )
    if scenario.loading.ends == "discs":
        warnings.append(_BETWEEN_DISCS)
    with_ends = _ends(scenario, source)
    intact = Geometry.uncrushed(with_ends(bone))
    found = _density(scenario, bone, intact.mesh, crushed, source.frame, density)
    notes += found.notes
    warnings += found.warnings
    fractured = intact
    collapsing = None
    if crushed is not None and fracture is not None:
        fractured = fractured_geometry(with_ends(crushed.mesh), crushed)
        check_compaction(found.values, fractured)
        fractured = _with_cleft(fractured, fracture, notes, warnings)
        body = CollapsingBody.of(bone, fracture.type, rule)
        collapsing = Collapsing(body, with_ends, _stated(fracture), fractured.cleft)
    treated, kyphoplasties = {}, {}
    for arm in scenario.arms:
        if arm.cement is not None:
            with naming(f"arms.{arm.name}.cement"):
                placed, treated[arm.name] = _treated(fractured, collapsing, arm.cement, found.values)
            moves = scenario.collapses and arm.cement.day > 0
            notes.append(_describe_cement(arm, placed, " in the body of day 0" if moves else ""))
            notes += [f"arm {arm.name}: {told}" for told in aging(arm.cement)]
            warnings += _unresolved(arm.name, placed)
            if arm.cement.procedure == "kyphoplasty":
                done = Kyphoplasty.between(
                    fractured, treated[arm.name], found.values.g_cm3, arm.cement.restored
                )
                kyphoplasties[arm.name] = done
                notes.append(f"arm {arm.name}: {done}{' in the body of day 0' if moves else ''}")
    return Anatomy(
        intact=intact,
        fractured=fractured,
        treated=treated,
        density=found.values,
        quality=mesh_quality(fractured.mesh),
        notes=tuple(notes),
        warnings=tuple(warnings),
        balance=found.balance,
        collapsing=collapsing,
        enclosed=found.enclosed,
        kyphoplasties=kyphoplasties,
    )


def inject(geometry: Geometry, cement: Cement, density: Density) -> CementPlacement:
    """Place the cement of an arm in a geometry; `density` (b,) is that of the bone before the fracture.

    Raises
    ------
    ValueError
        It does not fit.
    """
    mesh = geometry.mesh
    everywhere = np.ones(mesh.n_cells)
    everywhere[mesh.is_bone] = density.g_cm3
    injection = injection_of(cement)
    return place_cement(mesh, cement.wanted_ml, injection, zone=geometry.zone, density=everywhere)


def _treated(
    fractured: Geometry, collapsing: Collapsing | None, cement: Cement, density: Density
) -> tuple[CementPlacement, Geometry]:
    """Fractured geometry after the procedure of an arm: its cells follow the cement, the band laid anew into them."""
    if collapsing is not None:
        shapes, loss = raised(collapsing, collapsing.height_loss, cement)
        placed = inject(fractured if shapes is collapsing else shapes.at(loss), cement, density)
        return placed, filled(shapes, loss, placed, cement).at(loss)
    placed = inject(fractured, cement, density)
    mesh = replace(fractured.mesh, points=placed.points)
    geometry = replace(fractured, mesh=mesh, cement=placed, from_day=cement.day)
    hollow = cement.filling == "cavity"
    return placed, replace(geometry, cavity=cavity_around(geometry)) if hollow else geometry


def _density(
    scenario: Scenario,
    bone: TetMesh,
    intact: TetMesh,
    crushed: CrushedBody | None,
    frame: Frame | None,
    given: Callable[[TetMesh], Density] | None,
) -> BoneDensity:
    """Density of the bone before the fracture: given, stated, or that of the image.

    An image of a fractured body holds bone that is compacted: it is taken apart again, so that crushing the intact body
    gives back what the image shows.
    """
    if given is not None:
        return BoneDensity(given(intact))
    if scenario.bone.density_image is None:
        return BoneDensity(density_field(scenario, intact))
    assert frame is not None  # of a scenario with an image, by its validator
    with naming("bone.density_image"):
        if crushed is None or not is_existing(scenario):
            return sampled_density(scenario, bone, frame)
        return sampled_density(scenario, crushed.mesh, frame, crushed.compaction)


def _stated(fracture: Fracture) -> float:
    """Loss of a fracture that is known: stated, or measured by `known_fracture`."""
    assert fracture.height_loss is not None
    return fracture.height_loss


def _bone_mesh(build: Mesher, fracture: Fracture | None) -> tuple[TetMesh, BandRule, list[str]]:
    """Mesh the uncrushed bone, cell layers ending where the crushed band is thickest; also where that band lies."""
    if fracture is None:
        bone, notes = build(BandRule().borders(_CALIBRATED_LOSS))
        return bone, BandRule(), notes
    rule = BandRule(fracture.centre, plateau_strain(), fracture.zone_mm)
    height = None if fracture.zone_mm is None else body_heights(build((0.2, 0.8))[0]).mean_mm
    bone, notes = build(rule.borders(_stated(fracture), height))
    return bone, rule, notes


def _with_cleft(geometry: Geometry, fracture: Fracture, notes: list[str], warnings: list[str]) -> Geometry:
    """Open the cleft that a scenario asks for in a crushed body."""
    if fracture.cleft_mm is None:
        return geometry
    with naming("fracture.cleft_mm"):
        placed = place_cleft(
            geometry.mesh,
            geometry.zone,
            fracture.cleft_mm,
            width=fracture.cleft_share,
            depth=fracture.cleft_share,
        )
    if placed.resolved < _RESOLVED:
        warnings.append(
            f"fracture.cleft_mm {fracture.cleft_mm:g}: {100 * placed.resolved:.0f} % of the cleft lies in "
            f"elements that it fills, expected {100 * _RESOLVED:.0f} %: bone beside it makes it too stiff. Take "
            "mesh edges of at most half its thickness."
        )
    notes.append(f"cleft of {placed.volume_mm3 / 1000:.2f} mL in the fracture zone")
    return replace(geometry, cleft=placed.fraction)


def check_compaction(density: Density, geometry: Geometry) -> None:
    """Refuse a crush that would press bone denser than bone can be.

    Raises
    ------
    ValueError
    """
    compaction = geometry.compaction[geometry.mesh.is_bone]
    densest = int(np.argmax(density.g_cm3 * compaction))
    try:
        crushed = density.times(compaction)
        for convert in (to_qct, to_ash, to_apparent):
            convert(crushed)
    except ValueError as error:
        message = (
            f"fracture.height_loss: found bone of {1000 * density.g_cm3[densest]:g} mg/cm3 compacted "
            f"{compaction[densest]:.1f} times, expected no more than solid bone. Lower fracture.height_loss or the "
            "density, or take a larger fracture.zone_mm."
        )
        raise ValueError(message) from error


def _ends(scenario: Scenario, source: Bone) -> Callable[[TetMesh], TetMesh]:
    if scenario.loading.ends == "platens":
        return lambda mesh: mesh
    thickness = scenario.loading.cap_mm if scenario.loading.ends == "pmma_caps" else scenario.loading.disc_mm
    if source.capped is not None:
        return source.capped(thickness)
    return lambda mesh: add_caps(mesh, thickness)


def _describe_crush(crushed: CrushedBody) -> str:
    inside = crushed.zone > 0.5
    return (
        f"crushed band: up to {crushed.band_mm.max():.1f} mm thick before, compaction "
        f"{crushed.band_compaction[inside].min():.3f} to {crushed.band_compaction[inside].max():.3f}, "
        f"bone mineral conserved (error {crushed.mineral_error:.1g})"
    )


def _describe_cement(arm: Arm, placed: CementPlacement, where: str) -> str:
    touching = {0: "no endplate", 1: "one endplate", 2: "both endplates"}[placed.contacts]
    hollow = arm.cement is not None and arm.cement.filling == "cavity"
    what = "cement in a cavity" if hollow else "cement-filled bone"
    return (
        f"arm {arm.name}: {placed.volume_ml:.3f} mL of {what}{where}, {100 * placed.body_share:.0f} % of the "
        f"body, touching {touching}; {placed.clearance_superior_mm:.1f} mm of bone left to the superior and "
        f"{placed.clearance_inferior_mm:.1f} mm to the inferior endplate; "
        f"{100 * placed.held_share:.0f} % of its surface lies against the wall, endplates or the clearance to them, "
        "which it does not pass"
    )


def _unresolved(arm: str, placed: CementPlacement) -> list[str]:
    """What the mesh does not resolve of the cement of an arm, with its own figures."""
    found, said = placed.resolution, []
    if not found.is_enough:
        said.append(
            f"arm {arm}: the mesh does not resolve the cement: {found.elements_across:.1f} elements across it, volume "
            f"off by {100 * found.volume_error:.1f} %, {100 * found.misplaced_share:.0f} % of it in cells on the wrong "
            f"side of its surface; mesh edges of {found.wanted_edge_mm:.1f} mm resolve it."
        )
    if not placed.bridges:
        said.append(
            f"arm {arm}: the cement ends inside the crushed bone ({placed.reach_superior_mm:.1f} mm beyond its upper "
            f"and {placed.reach_inferior_mm:.1f} mm beyond its lower border): it does not carry load across the "
            "fracture. Take more cement or a smaller clearance_mm."
        )
    return said
