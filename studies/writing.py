"""From finished states to the files of a result, in their order: fields, tables, manifest, report."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import repeat

from vertebra.courses.bands.of_course import bands_of
from vertebra.courses.plan import INTACT, arm_days
from vertebra.courses.progress import Progress
from vertebra.meshes.kept import write_stored
from vertebra.meshes.tetmesh import TetMesh
from vertebra.models.vertebra_model import VertebraModel
from vertebra.records.capacity.above_intact import above_intact
from vertebra.records.capacity.between import settle_capacity
from vertebra.records.capacity.neighbours import neighbour_failures
from vertebra.records.capacity.resolution import stiff_meshes, unresolved
from vertebra.records.columns import CAPACITY, HEALING
from vertebra.records.fields.arm import write_arm_fields
from vertebra.records.fields.stored_mesh import write_mesh
from vertebra.records.interaction import interaction_failures
from vertebra.records.load_displacement import failures
from vertebra.records.manifest.content import run_manifest, write_manifest
from vertebra.records.manifest.environment import Stopwatch, peak_memory_MB
from vertebra.records.milestones import course_warnings, overloads
from vertebra.records.result_files import FIELDS, SCENARIO, TETWILD
from vertebra.records.run_tables import run_tables, write_tables
from vertebra.records.target import inputs_of
from vertebra.records.workspace import Workspace
from vertebra.reports.beside import Drawing
from vertebra.reports.scene.subject import Subject
from vertebra.scenarios.schema import Scenario

from .executors.choosing import executor_of
from .uncertainty.total import total_of


def write_results(
    scenario: Scenario,
    inputs: Mapping[str, str],
    vertebra: VertebraModel,
    work: Workspace,
    watch: Stopwatch,
    drawing: Drawing,
    say: Callable[[str], None],
    report: Callable[[Progress], None] = lambda progress: None,
) -> None:
    """Write everything that a finished run leaves, into the folder it works in.

    Parameters
    ----------
    scenario : Scenario
    inputs : mapping
        Hash of every input file.
    vertebra : VertebraModel
    work : Workspace
        With all states.
    watch : Stopwatch
        Its stages go into the manifest.
    drawing : Drawing
        Begins with the fields, while bands are computed.
    say : callable
        Called with lines worth reading.
    report : callable
        Called while samples of the total band are followed.
    """
    folder, asked, anatomy = work.folder, scenario.output, vertebra.anatomy
    days = arm_days(scenario)
    states = [work.load(arm, day, fields=False) for arm, on in days.items() for day in on]

    def mesh_on(arm: str, day: int) -> TetMesh:
        mesh, points = anatomy.geometry(arm, day).mesh, work.points(arm, day)
        return mesh if points is None else replace(mesh, points=points)

    with watch.stage("fields"):
        write_mesh(folder, anatomy.intact.mesh)
        write_stored(folder / TETWILD.name, anatomy.tetwild)
        for arm, on in days.items():
            written = on if asked.days is None or arm == INTACT.name else [d for d in on if d in asked.days]
            if written:
                meshes = [mesh_on(arm, day) for day in written]
                loaded = map(work.load, repeat(arm), written)
                write_arm_fields(folder / FIELDS.of(arm), meshes, loaded, written, asked.fields)
    subject = Subject.of(scenario.name, inputs_of(scenario, inputs)["scenario"])
    drawing.begin(folder, subject, pictures=asked.pictures)
    with watch.stage("bands"):
        settled = settle_capacity(scenario, states)
        bands = bands_of(vertebra.anew(), {(state.arm, state.day): state.row for state in settled})

    with watch.stage("uncertainty"):
        executor = executor_of(None, scenario.uncertainty.samples)
        rows = {(state.arm, state.day): state.row for state in settled}
        total = total_of(scenario, rows, folder / "states", executor, report)

    with watch.stage("tables"):
        tables = run_tables(scenario, states, bands, total.rows, total.influence)
        write_tables(folder, tables, scenario.loading.activities)
    if scenario.file is not None:
        (folder / SCENARIO.name).write_text(scenario.file.read_text(encoding="utf-8-sig"), encoding="utf-8")
    warnings = failures(states) + interaction_failures(states) + neighbour_failures(states)
    warnings += unresolved(tables[CAPACITY], scenario.mesh.asked_edge_mm) + stiff_meshes(tables[CAPACITY])
    warnings += course_warnings(states) + overloads(tables[CAPACITY], tables[HEALING])
    for text in warnings:
        say(f"warning: {text}")
    manifest = run_manifest(scenario, inputs, anatomy, states, watch, warnings)
    if total.samples:
        manifest["total_band"] = {"samples": total.samples, "largest_surrogate_error": total.worst_error}
    strong = above_intact(scenario, tables[CAPACITY], states)
    manifest["notes"] = [*manifest["notes"][:-1], *strong, manifest["notes"][-1]]
    for text in (*strong, manifest["notes"][-1]):
        say(text)
    write_manifest(folder, manifest)
    with watch.stage("pictures"):
        drawing.write(folder, pictures=asked.pictures)
    write_manifest(folder, manifest | {"stages": watch.stages, "peak_memory_MB": peak_memory_MB()})
