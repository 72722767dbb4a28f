"""From finished states to the files of a result, in their order: tables, fields, figures, manifest, report."""

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat

from vertebra.courses.plan import INTACT
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.anatomy import Anatomy
from vertebra.records.capacity.resolution import unresolved
from vertebra.records.columns import CAPACITY, HEALING
from vertebra.records.fields.arm import write_arm_fields
from vertebra.records.fields.stored_mesh import write_mesh
from vertebra.records.interaction import interaction_failures
from vertebra.records.load_displacement import failures
from vertebra.records.manifest.content import run_manifest, write_manifest
from vertebra.records.manifest.environment import Stopwatch
from vertebra.records.milestones import overloads
from vertebra.records.result_files import FIELDS
from vertebra.records.run_tables import run_tables, write_tables
from vertebra.records.workspace import Workspace
from vertebra.reports.figures.drawing import draw_figures
from vertebra.reports.page.report import write_report
from vertebra.reports.pictures.stress import draw_stress, sagittal_cut
from vertebra.scenarios.schema import Scenario

ArmDays = Mapping[str, Sequence[int]]


def write_results(
    scenario: Scenario,
    inputs: Mapping[str, str],
    anatomy: Anatomy,
    work: Workspace,
    watch: Stopwatch,
    days: ArmDays,
    say: Callable[[str], None],
) -> None:
    """Write everything that a finished run leaves, into the folder it works in.

    Parameters
    ----------
    scenario : Scenario
    inputs : mapping
        Hash of every input file.
    anatomy : Anatomy
    work : Workspace
        With all states.
    watch : Stopwatch
        Its stages go into the manifest.
    days : mapping of str to sequence of int
        Days of every arm.
    say : callable
        Called with lines worth reading.
    """
    folder, asked = work.folder, scenario.output
    states = [work.load(arm, day, fields=False) for arm, on in days.items() for day in on]
    injections = {arm.name: arm.cement.day for arm in scenario.arms if arm.cement}

    def mesh_on(arm: str, day: int) -> TetMesh:
        return anatomy.geometry(arm, day).mesh

    with watch.stage("tables and fields"):
        tables = run_tables(scenario, states)
        write_tables(folder, tables, scenario.loading.activities)
        write_mesh(folder, anatomy.intact.mesh)
        for arm, on in days.items():
            written = on if asked.days is None or arm == INTACT.name else [d for d in on if d in asked.days]
            if written:
                meshes = [mesh_on(arm, day) for day in written]
                loaded = map(work.load, repeat(arm), written)
                write_arm_fields(folder / FIELDS.of(arm), meshes, loaded, written, asked.fields)
    warnings = failures(states) + interaction_failures(states)
    with watch.stage("pictures"):
        draw_figures(folder, tables, scenario.name, injections, scenario.loading.load_to_strength_limit)
        if asked.pictures:
            warnings += draw_stress(
                folder,
                lambda arm, day: work.load(arm, day).at_cells["von_mises_MPa"],
                mesh_on,
                days,
                injections,
                load_N=asked.load_N,
                cut_mm=sagittal_cut(anatomy),
            )
    warnings += unresolved(tables[CAPACITY], scenario.mesh.edge_mm)
    warnings += overloads(tables[CAPACITY], tables[HEALING])
    for text in warnings:
        say(f"warning: {text}")
    manifest = run_manifest(scenario, inputs, anatomy, states, watch, warnings)
    say(manifest["notes"][-1])
    write_manifest(folder, manifest)
    write_report(folder)
