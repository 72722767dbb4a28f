"""Every published observation that the model is compared with, computed here and now."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from vertebra.fem import NotConverged
from vertebra.materials.healing.patient.cohort_rows import cohort_rows

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
    Group("shell", intact_rows.shell_rows),
    Group("stiffness and strength by density", intact_rows.density_rows),
    Group("strength by level", intact_rows.level_rows),
    Group("yield strain", intact_rows.yield_rows),
    Group("women and men", intact_rows.sex_rows),
    Group("discs and ball joint", intact_rows.end_rows),
    Group("crush", fracture_rows.crush_rows),
    Group("crush, elastic-plastic", fracture_rows.plastic_rows),
    Group("crush between discs", fracture_rows.disc_rows),
    Group("creep of an hour", fracture_rows.creep_rows),
    Group("healing", healing_rows.healing_rows),
    Group("union in months", clock_rows.clock_rows),
    Group("height in months", height_rows.height_rows),
    Group("height of patients", height_rows.later_rows),
    Group("motion in months", motion_rows.motion_rows),
    Group("motion and union under strain", motion_rows.union_rows),
    Group("cement in bone and in a void", cement_rows.product_rows),
    Group("fill", cement_rows.fill_rows),
    Group("fill of 30 %", cement_rows.full_rows),
    Group("modulus of cement", cement_rows.modulus_rows),
    Group("tilt", cement_rows.tilt_rows),
    Group("cement at endplates", contact_rows.touching_rows),
    Group("neighbours beside cement", contact_rows.neighbour_rows),
    Group("sides", cement_rows.side_rows),
    Group("composites", cement_rows.composite_rows),
    Group("loads", load_rows.activity_rows),
    Group("loads over capacity", load_rows.bearable_rows),
)
_COHORT = "cohort of patients"
_ORDER = "IFHTPCLV"


def validate(
    brought: Mapping[str, Numbers] = MappingProxyType({}),
    patients: int = 4000,
    cohort: Path | None = None,
    say: Say = lambda name, done, total: None,
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
        Told what is computed, how much is done and of how much.
    """
    computed = {**brought, **virtual_cohort(cohort, say)}
    total = len(GROUPS) + 1
    for done, group in enumerate(GROUPS):
        say(group.title, done, total)
        computed |= group.compute()
    say(_COHORT, len(GROUPS), total)
    rows = assemble(computed)
    if cohort is None:
        rows = [_as_committed(row) if row.name.startswith("V") else row for row in rows]
    return in_order([*rows, *(of_comparison(each) for each in cohort_rows(n=patients))])


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
