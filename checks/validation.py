"""Every published observation that the model is compared with, computed here and now."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from vertebra.fem import NotConverged
from vertebra.materials.healing.patient.cohort_rows import cohort_rows
from vertebra.studies.executors.choosing import executor_of
from vertebra.studies.executors.job import Executor, Handler, Job

from .cohort.design import bodies
from .cohort.strength import observations
from .cohort.table import compute_cohort, read_cohort
from .finding import Finding
from .observed import cement as cement_rows
from .observed import clock as clock_rows
from .observed import contact as contact_rows
from .observed import fracture as fracture_rows
from .observed import healing as healing_rows
from .observed import height as height_rows
from .observed import intact as intact_rows
from .observed import loads as load_rows
from .observed import motion as motion_rows
from .observed.rows import Group, Numbers, beside, observed_rows, of_comparison
from .theory.case import Say

GROUPS = (
    Group("strength by level, women and men", intact_rows.fine_rows),
    Group("crush", fracture_rows.crush_rows),
    Group("height of patients", height_rows.later_rows),
    Group("cement at endplates", contact_rows.touching_rows),
    Group("height in months", height_rows.height_rows),
    Group("fill", cement_rows.fill_rows),
    Group("creep of an hour", fracture_rows.creep_rows),
    Group("motion and union under strain", motion_rows.union_rows),
    Group("loads over capacity", load_rows.bearable_rows),
    Group("crush, elastic-plastic", fracture_rows.plastic_rows),
    Group("union in months", clock_rows.clock_rows),
    Group("stiffness and strength by density", intact_rows.density_rows),
    Group("cement in bone and in a void", cement_rows.product_rows),
    Group("sides", cement_rows.side_rows),
    Group("healing", healing_rows.healing_rows),
    Group("shell", intact_rows.shell_rows),
    Group("discs and ball joint", intact_rows.end_rows),
    Group("crush between discs", fracture_rows.disc_rows),
    Group("motion in months", motion_rows.motion_rows),
    Group("neighbours beside cement", contact_rows.neighbour_rows),
    Group("fill of 30 %", cement_rows.full_rows),
    Group("tilt", cement_rows.tilt_rows),
    Group("composites", cement_rows.composite_rows),
    Group("modulus of cement", cement_rows.modulus_rows),
    Group("loads", load_rows.activity_rows),
    Group("yield strain", intact_rows.yield_rows),
)
"""Groups that take longest stand first, so that processes that share them end at the same time."""
_COHORT = "cohort of patients"
_ORDER = "IFHTPCLV"


def validate(
    brought: Mapping[str, Numbers] = MappingProxyType({}),
    patients: int = 4000,
    cohort: Path | None = None,
    say: Say = lambda name, done, total: None,
    workers: int | None = None,
) -> list[Finding]:
    """Compute all rows, those of intact bodies first, then fracture, healing, patients, cement and loads.

    Parameters
    ----------
    brought : mapping of str to numbers
        Rows computed from data that the user brings, as by `strength_table.table_rows`.
    patients : int
        Size of the sampled cohorts.
    cohort : Path, optional
        Table of the virtual cohort to be computed, or gone on with; without it the committed one is shown.
    say : callable
        Called with the group to be computed, the number done and the total.
    workers : int, optional
        Processes that compute at the same time; 1: this process alone; default: the processors at hand.

    Raises
    ------
    NotConverged
        A solver gave up.
    MemoryError
        A process was lost twice at the same rows.
    """
    computed = {**brought, **virtual_cohort(cohort, say), **_observed(executor_of(workers, len(GROUPS)), say)}
    say(_COHORT, len(GROUPS), len(GROUPS) + 1)
    rows = assemble(computed)
    if cohort is None:
        rows = [_as_committed(row) if row.name.startswith("V") else row for row in rows]
    return in_order([*rows, *(of_comparison(each) for each in cohort_rows(n=patients))])


def _observed(executor: Executor, say: Say) -> dict[str, Numbers]:
    """Numbers of all groups; progress names the first group that is not done."""
    waiting = [group.title for group in GROUPS]
    jobs = [Job(group.title, "", group.compute) for group in GROUPS]
    say(waiting[0], 0, len(jobs) + 1)
    computed: dict[str, Numbers] = {}
    for outcome in executor.run(jobs, _compute_each):
        if outcome.died:
            message = f"{outcome.job.name}: {outcome.died}. Compute without processes: --workers 1."
            raise MemoryError(message)
        computed |= outcome.value
        waiting.remove(outcome.job.name)
        if waiting:
            say(waiting[0], len(jobs) - len(waiting), len(jobs) + 1)
    return computed


def _compute_each() -> Handler:
    """What a process does with the groups it is given."""
    return lambda compute: compute()


def virtual_cohort(
    file: Path | None = None, say: Say = lambda name, done, total: None
) -> Mapping[str, Numbers]:
    """Rows of the virtual cohort, from the committed table unless another is to be made.

    Raises
    ------
    NotConverged
        The elastic-plastic test of a body found no equilibrium.
    """
    if file is None:
        return observations(read_cohort())
    failed = compute_cohort(file, bodies(), say=say)
    if failed:
        raise NotConverged("\n".join(failed), [])
    return observations(read_cohort(file))


def _as_committed(row: Finding) -> Finding:
    """Say of a row of the virtual cohort that it was not computed now."""
    return replace(row, what=f"{row.what}; committed result, computed anew with --cohort")


def assemble(computed: Mapping[str, Numbers]) -> list[Finding]:
    """All rows of the table of observations, with the numbers that there are."""
    return [beside(name, computed.get(name)) for name in observed_rows()]


def in_order(findings: list[Finding]) -> list[Finding]:
    """Sort by the letter and the number of the rows; rows of one number keep their order."""

    def place(finding: Finding) -> tuple[int, int]:
        head = finding.name.partition("_")[0]
        return _ORDER.index(head[0]), int(head[1:])

    return sorted(findings, key=place)
