"""The mechanical condition of the vertebra on a day."""

import dataclasses

import numpy as np
import pytest

from vertebra.courses.law import check_law, healing_law
from vertebra.materials import bone
from vertebra.materials.density import QctDensity
from vertebra.meshes.quality import cell_volumes
from vertebra.models.anatomy import build_anatomy
from vertebra.models.condition import Condition, check_compaction
from vertebra.models.patient import effect_of_patient
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4", "mesh.order=1")


def conditions(name, *overrides):
    scenario, _ = read_scenario(name, (*COARSE, *overrides))
    anatomy = build_anatomy(scenario)
    volume = cell_volumes(anatomy.fractured.points, anatomy.fractured.cells)
    return Condition.of(scenario, anatomy, volume), anatomy, scenario


@pytest.fixture(scope="module")
def crush():
    return conditions("crush")


def test_intact_core_follows_the_law_and_caps_are_pmma(crush):
    condition, anatomy, _ = crush
    properties = condition.intact()
    core = anatomy.intact.in_region("trabecular")
    assert properties.young[core] == pytest.approx(
        bone.young_modulus(QctDensity.from_mg_cm3(np.array([100.0])))[0]
    )
    assert (properties.young[~anatomy.intact.is_bone] == 2500).all()
    assert np.isinf(properties.strength_compression[~anatomy.intact.is_bone]).all()


def test_fresh_fracture_weakens_its_zone_only_and_stiffness_more_than_strength(crush):
    condition, anatomy, _ = crush
    intact, fresh = condition.intact(), condition.on_day(condition.fresh(), None)
    outside = anatomy.zone == 0
    assert fresh.young[outside] == pytest.approx(intact.young[outside])
    core = (anatomy.zone == 1) & anatomy.fractured.in_region("trabecular")
    stiffness = fresh.young[core] / intact.young[core]
    strength = fresh.strength_compression[core] / intact.strength_compression[core]
    assert (stiffness < strength).all()
    assert (stiffness < 0.5).all()
    assert (strength <= 1).all()


def test_mineral_of_the_zone_is_conserved_when_fresh(crush):
    condition, anatomy, _ = crush
    core = anatomy.fractured.in_region("trabecular")
    density = condition.density_mg_cm3(condition.fresh())
    before = cell_volumes(anatomy.intact.points, anatomy.intact.cells)[core].sum() * 100.0
    after = density[core] @ cell_volumes(anatomy.fractured.points, anatomy.fractured.cells)[core]
    assert after == pytest.approx(before, rel=1e-9)
    assert condition.density_mg_cm3()[core] == pytest.approx(100.0)
    assert (density[~anatomy.fractured.is_bone] == 0).all()


def test_zone_mean_weighs_by_volume_and_is_nothing_without_a_zone(crush):
    condition, *_ = crush
    assert condition.zone_mean(np.full(condition.volume.shape, 3.5)) == pytest.approx(3.5)
    only_zone = np.where(condition.volume > 0, 1.0, 7.0)
    assert condition.zone_mean(only_zone) == pytest.approx(1.0)
    assert np.isnan(conditions("intact")[0].zone_mean(np.ones(1)))


def test_zone_means_count_the_crushed_part_of_cut_cells():
    condition, anatomy, _ = conditions("main")
    fresh = condition.fresh()
    young = condition.on_day(fresh, None).young[condition.is_bone]
    core = anatomy.fractured.in_region("trabecular")[condition.is_bone]
    whole, cut = (condition.zone == 1) & core, (condition.zone > 0.2) & (condition.zone < 1) & core
    assert cut.any()
    assert young[cut].max() > 1.5 * young[whole].max()
    only_core = dataclasses.replace(condition, volume=condition.volume * (whole | cut))
    assert only_core.zone_young(young) == pytest.approx(young[whole].mean(), rel=0.005)
    assert condition.in_zone(fresh).territory[cut] == pytest.approx(fresh.territory[whole].mean(), rel=1e-3)


def test_healing_brings_the_zone_to_the_host_law(crush):
    condition, anatomy, scenario = crush
    healed = condition.on_day(healing_law(scenario, condition).advance(condition.fresh(), 3650), None)
    intact = condition.intact()
    core = anatomy.fractured.in_region("trabecular")
    assert healed.young[core] == pytest.approx(intact.young[core], rel=0.01)


def test_cement_stiffens_where_it_lies(crush):
    condition, anatomy, scenario = conditions("main")
    fresh = condition.fresh()
    fraction = anatomy.cement["vertebroplasty"].fraction
    filled = fresh.with_cement(fraction[condition.is_bone])
    without = condition.on_day(fresh, None).young
    with_cement = condition.on_day(filled, scenario.arms[1].cement).young
    assert (with_cement[fraction > 0.5] > without[fraction > 0.5]).all()
    assert with_cement[fraction == 0] == pytest.approx(without[fraction == 0])


def test_smoking_slows_healing_by_its_ratio():
    condition, _, scenario = conditions("main", "patient.smoker=true")
    assert effect_of_patient(scenario).time_ratio == pytest.approx(1.25)
    assert healing_law(scenario, condition).time_ratio == pytest.approx(1.25)


def test_sex_and_mass_do_not_act_on_healing():
    scenario, _ = read_scenario("main", ("patient.sex=male", "patient.body_mass_kg=90"))
    assert effect_of_patient(scenario) == effect_of_patient(read_scenario("main")[0])


def test_bone_beyond_solid_is_refused(crush):
    _, anatomy, scenario = crush
    check_compaction(scenario, anatomy)
    dense, _ = read_scenario("crush", ("bone.density_qct_mg_cm3=600",))
    with pytest.raises(
        ValueError, match=r"fracture.height_loss: found bone of 600 mg/cm3 compacted .* Lower"
    ):
        check_compaction(dense, conditions("crush", "fracture.height_loss=0.5")[1])


def test_a_curve_of_moduli_gives_the_zone_those_moduli():
    given = "{days=[0, 28, 84], young_MPa=[290.0, 380.0, 480.0]}"
    condition, _, scenario = conditions("main", 'healing.law="curve"', f"healing.curve={given}")
    law = healing_law(scenario, condition)
    for day, expected in ((0, 290.0), (28, 380.0), (56, 430.0), (84, 480.0), (365, 480.0)):
        tissue = law.advance(condition.fresh(), day)
        young = condition.on_day(tissue, None).young[condition.is_bone]
        assert condition.zone_young(young) == pytest.approx(expected, rel=0.002)


def test_moduli_that_the_zone_cannot_have_are_refused():
    given = "{days=[0, 28], young_MPa=[1.0, 6000.0]}"
    _, anatomy, scenario = conditions("main", 'healing.law="curve"', f"healing.curve={given}")
    with pytest.raises(ValueError, match=r"healing.curve.young_MPa: .*1 MPa, expected 11.*\(fresh\)"):
        check_law(scenario, anatomy)
