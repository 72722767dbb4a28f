"""All observations together, and the vertebrae on which they are computed."""

import os
from functools import partial

import pytest

from vertebra.checks import validation
from vertebra.checks.cohort.design import bodies
from vertebra.checks.cohort.table import COMMITTED
from vertebra.checks.finding import NEEDS_DATA
from vertebra.checks.observed.bench import bench
from vertebra.checks.observed.intact import yield_rows
from vertebra.checks.observed.loads import activity_rows
from vertebra.checks.observed.rows import Group, observed_rows
from vertebra.fem import NotConverged
from vertebra.materials.healing.patient.cohort_rows import Comparison


@pytest.fixture
def small(monkeypatch):
    """Few rows and no patients."""
    loads = Group("loads", lambda: {"L1": {"": 1.0}, "L2": {"": 0.0}})
    monkeypatch.setattr(validation, "GROUPS", (Group("yield strain", yield_rows), loads))
    known = [name for name in observed_rows() if name in ("I3", "I11", "I11_tension", "L1", "L2")]
    monkeypatch.setattr(validation, "observed_rows", lambda: known)
    monkeypatch.setattr(
        validation, "cohort_rows", lambda n: [Comparison.of(name, 1.0) for name in ("P1", "H3")]
    )


def test_rows_stand_in_the_order_of_the_list_and_progress_is_told(small):
    told = []
    found = validation.validate(say=lambda *words: told.append(words), workers=1)
    names = [each.name for each in found]
    assert names[:3] == ["I3", "I11", "I11_tension"]
    assert names[-2:] == ["L1", "L2"]
    assert names.index("H3") < names.index("P1") < names.index("L1")
    assert [words[1:] for words in told] == [(0, 3), (1, 3), (2, 3)]
    assert found[0].verdict == NEEDS_DATA


def test_processes_find_what_one_process_finds(small, monkeypatch):
    monkeypatch.setattr(
        validation, "GROUPS", (Group("yield strain", yield_rows), Group("loads", activity_rows))
    )
    monkeypatch.setattr(validation, "observed_rows", lambda: ["I11", "I11_tension", "L1"])
    told = []
    here, beside = (
        validation.validate(workers=workers, say=lambda *words: told.append(words)) for workers in (1, 2)
    )
    assert here == beside
    assert [words[1:] for words in told] == 2 * [(0, 3), (1, 3), (2, 3)]


def test_rows_of_which_processes_die_say_how_to_compute_them(small, monkeypatch):
    dies = Group("dies", partial(os._exit, 9))
    monkeypatch.setattr(validation, "GROUPS", (dies, Group("loads", activity_rows)))
    with pytest.raises(MemoryError, match=r"dies: its worker ended with status 9\. .* --workers 1"):
        validation.validate(workers=2)


def test_the_virtual_cohort_is_shown_as_committed_or_computed_afresh(monkeypatch, tmp_path):
    file, asked = tmp_path / "cohort.csv", []

    def compute(target, wanted, *, say):
        asked.append((target, len(wanted)))
        target.write_bytes(COMMITTED.read_bytes())
        return []

    monkeypatch.setattr(validation, "compute_cohort", compute)
    shown, fresh = validation.virtual_cohort(), validation.virtual_cohort(file)
    assert asked == [(file, len(bodies()))]
    assert shown == fresh


def test_a_cohort_with_a_body_that_has_no_equilibrium_is_not_judged(monkeypatch, tmp_path):
    monkeypatch.setattr(validation, "compute_cohort", lambda *arguments, say: ["intact-fit-01: lost"])
    with pytest.raises(NotConverged, match="intact-fit-01: lost"):
        validation.virtual_cohort(tmp_path / "cohort.csv")


def test_a_committed_result_is_called_that(small, monkeypatch, tmp_path):
    def told(cohort):
        found = validation.validate(cohort=cohort, workers=1)
        return {"committed" in each.what for each in found if each.name.startswith("V")}

    monkeypatch.setattr(validation, "observed_rows", lambda: ["V1", "V2"])
    monkeypatch.setattr(
        validation, "compute_cohort", lambda file, *_, say: file.write_bytes(COMMITTED.read_bytes()) and []
    )
    assert told(None) == {True}
    assert told(tmp_path / "cohort.csv") == {False}


def test_rows_that_the_user_brings_are_judged(small):
    found = validation.validate({"I3": {"R2": 0.851}}, workers=1)
    assert next(each for each in found if each.name == "I3").verdict == "met"


def test_every_row_is_computed_by_a_group_or_says_why_not():
    """Names that groups return stand in the table; the rest of the table explains itself."""
    computed = {
        "I1 I1_flexion I2 I6 I7 I8 I8_density I11 I11_tension I12 I13 F1 F2 F2_rule F3 F2_test F4",
        "F6 F6_before F6_cement F6_cement_middle F6_middle F6_middle_before",
        "T1 T1_density T2 T2_kyphosis T3 T4 T4_brace T5 T5_late T6 T6_late T6_week3 T7 T7_without",
        "T8 T8_mobility T8_walking T8_teriparatide T8_bisphosphonate T8_hazard",
        "T9 T9_cement T10 T11 T11_restored T11_loading T11_lost T12 T13",
        "H1 H2 H6_cartilage H6_order H9 H10",
        "C1 C1_strength C2 C2_void C8 C3 C3_order C4 C5 C5_full C5_modulus C5_tilt C6 C7",
        "C9 C9_factor C9_bulge C9_forward C10 L1 L2",
        "V1 V1_groups V2 V3 V4 V4_error",
    }
    names = set(" ".join(computed).split())
    for name, entry in observed_rows().items():
        assert (name in names) != bool({"data", "quoted", "missing"} & set(entry.parameters)), name


def test_yield_strain_is_the_ratio_of_the_laws_and_the_offset():
    at_100 = yield_rows()["I11"]["100"]
    assert at_100 == pytest.approx(100 * (37.4 * 0.1**1.39 / (2980 * 0.1**1.05) + 0.002), rel=1e-9)


def test_loads_are_the_published_ones():
    assert list(activity_rows()["L1"].values()) == pytest.approx([1, 1, 1])


@pytest.fixture(scope="module")
def main():
    return bench("main")


def test_denser_bone_bears_more_in_proportion_to_its_law(main):
    light, dense = (main.of_density(density).intact() for density in (60.0, 120.0))
    assert 1.5 < dense.capacity / light.capacity < 2.0**1.4
    assert main.of_density(60.0).fresh().stiffness < light.stiffness


def test_cement_makes_a_vertebra_stiffer(main):
    osteoporotic = main.of_density(60.0)
    assert osteoporotic.filled("vertebroplasty").stiffness > 1.2 * osteoporotic.fresh().stiffness
