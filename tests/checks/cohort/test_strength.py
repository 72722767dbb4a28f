"""Statistics of the virtual cohort, and what the committed table says of the criterion in use."""

import numpy as np
import pytest

from vertebra.checks.cohort.body import MOBILISATIONS, mesh_of
from vertebra.checks.cohort.design import GROUPS, HALVES, bodies
from vertebra.checks.cohort.strength import (
    Criterion,
    chosen,
    criteria,
    fitted,
    fitted_limit_load,
    fitted_section,
    in_use,
    observations,
    quality,
    report,
    section_column,
    spread,
)
from vertebra.checks.cohort.table import COMMITTED, read_cohort
from vertebra.models.strength.linear_criteria import FACTOR, MU

ULTIMATE = np.array([1000.0, 2000.0, 3000.0, 4000.0])


def rows_with(load):
    return [{"load": x, "ultimate_N": u} for x, u in zip(load, ULTIMATE, strict=True)]


@pytest.fixture(scope="module")
def table():
    return read_cohort()


def test_quality_is_that_of_its_formulas():
    error = np.array([100.0, -100.0, 100.0, -600.0])
    found = quality(Criterion("a", "load", 2.0), rows_with((ULTIMATE + error) / 2))
    assert found.count == 4
    assert found.r2 == pytest.approx(1 - (error**2).sum() / ((ULTIMATE - 2500) ** 2).sum())
    assert found.error == pytest.approx(np.sqrt((error**2).mean()) / 2500)
    assert found.ratio == pytest.approx(1 + (error / ULTIMATE).mean())
    assert found.worst == pytest.approx(-600 / 4000)


def test_a_factor_mends_a_constant_ratio_and_nothing_else():
    off = np.array([1.0, 1.2, 0.8, 1.1])
    found = fitted("a", "load", rows_with(0.5 * ULTIMATE * off))
    assert found.factor == pytest.approx(2 / np.exp(np.log(off).mean()))
    assert spread(found, rows_with(0.5 * ULTIMATE * off)) == pytest.approx(np.log(off).std())


def test_the_section_takes_the_mobilisation_that_scatters_least():
    off = np.array([1.0, 1.2, 0.8, 1.1])
    rows = [
        {section_column(mu): u * 1.25 * o ** abs(mu - 2.7) for mu in MOBILISATIONS} | {"ultimate_N": u}
        for u, o in zip(ULTIMATE, off, strict=True)
    ]
    mu, found = fitted_section(rows)
    assert mu == 2.7
    assert found.factor == pytest.approx(0.8)


def test_halves_and_groups_are_chosen_by_name():
    rows = [{"half": half, "group": group} for half in HALVES for group in GROUPS]
    assert chosen(rows) == rows
    assert chosen(rows, "fit", "intact") == [{"half": "fit", "group": "intact"}]


def test_the_committed_table_holds_eight_bodies_a_group_at_least_on_their_mesh(table):
    assert {row["name"] for row in table} <= {body.name for body in bodies()}
    assert all(len(chosen(table, group=group)) >= 8 for group in GROUPS)
    meshes = {body.name: mesh_of(body) for body in bodies()}
    for row in table:
        assert meshes[row["name"]] == (
            f"mesh.parametric.edge_mm={row['edge_mm']}",
            f"mesh.order={row['order']:.0f}",
        )
    head = COMMITTED.read_text(encoding="utf-8").splitlines()[:3]
    assert all(line.startswith("# ") for line in head)
    assert "python -m benchmarks.bench_cohort" in head[2]


def test_the_constants_in_use_come_from_the_fitting_half(table):
    fit = chosen(table, "fit")
    assert in_use().factor == pytest.approx(fitted_limit_load(fit).factor, abs=6e-4)
    mu, section = fitted_section(fit)
    assert mu == pytest.approx(MU)
    assert section.factor == pytest.approx(FACTOR, abs=6e-4)
    assert spread(in_use(), fit) < min(spread(other, fit) for other in criteria(table)[1:])


def test_the_criterion_in_use_meets_its_targets_on_the_testing_half(table):
    judged = chosen(table, "test")
    for group in ("all", *GROUPS):
        found = quality(in_use(), chosen(judged, group=group))
        assert found.r2 >= 0.97
        assert found.error <= (0.08 if group in ("all", "cemented") else 0.03)
    assert abs(quality(in_use(), chosen(table, group="cemented")).worst) <= 0.15


def test_observations_and_report_say_the_same(table):
    told = observations(table)
    judged = quality(in_use(), chosen(table, "test"))
    assert told["V1"] == {"all": judged.r2}
    assert told["V2"]["all"] == pytest.approx(100 * judged.error)
    assert set(told["V4"]) == {criterion.name for criterion in criteria(table)[1:]}
    lines = report(table).splitlines()
    assert len(lines) == 1 + len(criteria(table)) * len(HALVES) * (1 + len(GROUPS))
    assert f"{judged.r2:.3f}" in next(line for line in lines if " test  all " in line)


def cemented_line(rows):
    return [line for line in report(rows).splitlines() if " fit   cemented " in line]


def test_groups_with_fewer_than_three_bodies_are_not_judged(table):
    intact = chosen(table, "fit", "intact")
    cemented = chosen(table, "fit", "cemented")
    assert not cemented_line(intact + cemented[:2])
    assert len(cemented_line(intact + cemented[:3])) == len(criteria(table))
    with pytest.raises(ValueError, match="found 2 bodies, expected 3"):
        quality(in_use(), cemented[:2])
