"""The bone of a vertebra in one geometry."""

from dataclasses import replace

import numpy as np
import pytest

from vertebra.courses.law import check_law, healing_law
from vertebra.materials import bone
from vertebra.materials.density import QctDensity
from vertebra.materials.mixture import mix
from vertebra.materials.table import value
from vertebra.models.anatomy import build_anatomy
from vertebra.models.patient import effect_of_patient
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4", "mesh.order=1", "bone.distribution=uniform")


def bones(name, *overrides):
    """Bone of the fractured body, its anatomy, its scenario."""
    scenario = read_scenario(name, (*COARSE, *overrides))
    vertebra = VertebraModel.of(scenario)
    return vertebra.bone(vertebra.anatomy.fractured), vertebra.anatomy, scenario


@pytest.fixture(scope="module")
def crush():
    return bones("crush")


def test_intact_core_follows_the_law_and_caps_are_pmma(crush):
    crushed, anatomy, _ = crush
    properties = crushed.intact()
    core = anatomy.intact.mesh.in_region("trabecular")
    assert properties.young[core] == pytest.approx(
        bone.young_modulus(QctDensity.from_mg_cm3(np.array([100.0])))[0]
    )
    assert (properties.young[~anatomy.intact.mesh.is_bone] == 2500).all()
    assert np.isinf(properties.strength_compression[~anatomy.intact.mesh.is_bone]).all()


def test_fresh_fracture_weakens_its_zone_only_and_stiffness_more_than_strength(crush):
    crushed, anatomy, _ = crush
    intact, fresh = crushed.intact(), crushed.on_day(crushed.fresh(), None)
    outside = anatomy.fractured.zone == 0
    assert fresh.young[outside] == pytest.approx(intact.young[outside])
    core = (anatomy.fractured.zone == 1) & anatomy.fractured.mesh.in_region("trabecular")
    stiffness = fresh.young[core] / intact.young[core]
    strength = fresh.strength_compression[core] / intact.strength_compression[core]
    assert (stiffness < strength).all()
    assert (stiffness < 0.5).all()
    assert (strength <= 1).all()


def test_mineral_of_the_zone_is_conserved_when_fresh(crush):
    crushed, anatomy, _ = crush
    core = anatomy.fractured.mesh.in_region("trabecular")
    density = crushed.density_mg_cm3(crushed.fresh())
    before = anatomy.intact.volume[core].sum() * 100.0
    after = density[core] @ anatomy.fractured.volume[core]
    assert after == pytest.approx(before, rel=1e-9)
    assert crushed.density_mg_cm3()[core] == pytest.approx(100.0)
    assert (density[~anatomy.fractured.mesh.is_bone] == 0).all()


def test_zone_mean_weighs_by_volume_and_is_nothing_without_a_zone(crush):
    crushed, *_ = crush
    assert crushed.zone_mean(np.full(crushed.volume.shape, 3.5)) == pytest.approx(3.5)
    only_zone = np.where(crushed.volume > 0, 1.0, 7.0)
    assert crushed.zone_mean(only_zone) == pytest.approx(1.0)
    assert np.isnan(bones("intact")[0].zone_mean(np.ones(1)))


def test_zone_means_count_the_crushed_part_of_cut_cells():
    crushed, anatomy, _ = bones("main")
    fresh = crushed.fresh()
    young = crushed.on_day(fresh, None).young[crushed.is_bone]
    core = anatomy.fractured.mesh.in_region("trabecular")[crushed.is_bone]
    whole, cut = (crushed.zone == 1) & core, (crushed.zone > 0.2) & (crushed.zone < 1) & core
    assert cut.any()
    assert young[cut].max() > 1.5 * young[whole].max()
    only_core = replace(crushed, volume=crushed.volume * (whole | cut))
    assert only_core.zone_young(young) == pytest.approx(young[whole].mean(), rel=0.005)
    assert crushed.in_zone(fresh).territory[cut] == pytest.approx(fresh.territory[whole].mean(), rel=1e-3)


def test_healing_brings_the_zone_to_the_host_law(crush):
    crushed, anatomy, scenario = crush
    healed = crushed.on_day(healing_law(scenario, crushed).advance(crushed.fresh(), 3650), None)
    lost = value("mixture", "remodelled_density_per_host") ** 1.05  # structure that does not come back
    core = anatomy.fractured.mesh.in_region("trabecular")[crushed.is_bone]
    left = mix(crushed.host).young[core] * (1 - crushed.repair[core] * (1 - lost))
    assert healed.young[crushed.is_bone][core] == pytest.approx(left, rel=0.02)


def test_cement_stiffens_where_it_lies(crush):
    crushed, anatomy, scenario = bones("main")
    fresh = crushed.fresh()
    fraction = anatomy.cement["vertebroplasty"].fraction
    filled = fresh.with_cement(fraction[crushed.is_bone])
    without = crushed.on_day(fresh, None).young
    with_cement = crushed.on_day(filled, scenario.arms[1].cement).young
    assert (with_cement[fraction > 0.5] > without[fraction > 0.5]).all()
    assert with_cement[fraction == 0] == pytest.approx(without[fraction == 0])


def test_smoking_slows_healing_by_its_ratio():
    crushed, _, scenario = bones("main", "patient.smoker=true")
    assert effect_of_patient(scenario).time_ratio == pytest.approx(1.25)
    assert healing_law(scenario, crushed).time_ratio == pytest.approx(1.25)


def test_sex_and_mass_do_not_act_on_healing():
    scenario = read_scenario("main", ("patient.sex=male", "patient.body_mass_kg=90"))
    assert effect_of_patient(scenario) == effect_of_patient(read_scenario("main"))


def test_bone_beyond_solid_is_refused():
    dense = read_scenario("crush", (*COARSE, "bone.density_qct_mg_cm3=600", "fracture.height_loss=0.5"))
    with pytest.raises(
        ValueError, match=r"fracture.height_loss: found bone of 600 mg/cm3 compacted .* Lower"
    ):
        build_anatomy(dense)


def test_density_is_a_field_through_crush_and_healing():
    """Bone that is denser behind stays so in the crushed zone, and no mineral is lost."""
    vertebra = VertebraModel.of(read_scenario("crush", COARSE))
    intact, fractured = vertebra.anatomy.intact, vertebra.anatomy.fractured
    mesh = intact.mesh
    y = mesh.points[mesh.cells[mesh.is_bone, :4], 1].mean(axis=1)
    field = QctDensity.from_mg_cm3(100.0 - 2.0 * y)
    crushed = vertebra.with_density(field).bone(fractured)
    density = crushed.density_mg_cm3(crushed.fresh())
    core = mesh.in_region("trabecular")
    before = intact.volume[mesh.is_bone] * 1000 * field.g_cm3
    assert density[core] @ fractured.volume[core] == pytest.approx(before[core[mesh.is_bone]].sum(), rel=1e-9)
    inside = core & (fractured.zone == 1)
    slope = np.polyfit(y[inside[mesh.is_bone]], density[inside] / fractured.compaction[inside], 1)[0]
    assert slope == pytest.approx(-2.0)
    assert vertebra.bone(fractured).host.density.g_cm3 == pytest.approx(0.1)  # the scenario's own


def test_a_curve_of_moduli_gives_the_zone_those_moduli():
    given = "{days=[0, 28, 84], young_MPa=[290.0, 380.0, 480.0]}"
    crushed, _, scenario = bones("main", 'healing.law="curve"', f"healing.curve={given}")
    law = healing_law(scenario, crushed)
    for day, expected in ((0, 290.0), (28, 380.0), (56, 430.0), (84, 480.0), (365, 480.0)):
        tissue = law.advance(crushed.fresh(), day)
        young = crushed.on_day(tissue, None).young[crushed.is_bone]
        assert crushed.zone_young(young) == pytest.approx(expected, rel=0.002)


def test_moduli_that_the_zone_cannot_have_are_refused():
    given = "{days=[0, 28], young_MPa=[1.0, 6000.0]}"
    scenario = read_scenario("main", (*COARSE, 'healing.law="curve"', f"healing.curve={given}"))
    vertebra = VertebraModel.of(scenario)
    with pytest.raises(ValueError, match=r"healing.curve.young_MPa: .*1 MPa, expected 11.*\(fresh\)"):
        check_law(vertebra)


def filled(**values):
    """Properties of cells wholly of cement by day, on which cement of day 7 is one of the arms."""
    scenario = read_scenario(
        "main", (*COARSE, *(f"arms.vertebroplasty.cement.{k}={v}" for k, v in values.items()))
    )
    vertebra = VertebraModel.of(scenario)
    geometry = vertebra.anatomy.treated["vertebroplasty"]
    held, cement = vertebra.bone(geometry), scenario.arms[1].cement
    tissue = held.fresh().with_cement(geometry.cement.fraction[held.is_bone])
    bare = held.on_day(replace(held.fresh(), day=7.0), None)
    inside = geometry.cement.fraction == 1
    return lambda day: (
        held.on_day(replace(tissue, day=float(day)), cement).young[inside],
        bare.young[inside],
    )


def test_cement_in_bone_carries_nothing_before_it_has_set():
    young = filled(setting_hours=60.0)
    for day in (7, 8):
        np.testing.assert_allclose(*young(day))
    assert (young(9)[0] == 1300).all()


def test_cement_in_a_void_is_a_paste_before_it_has_set():
    young = filled(setting_hours=60.0, fill='"cavity"')
    assert (young(8)[0] < 1).all()
    assert (young(9)[0] == 2300).all()


def test_calcium_phosphate_softens_with_the_years_and_pmma_does_not():
    young = filled(product='"calcium_phosphate"')
    course = np.array([young(day)[0] for day in (7, 182, 365, 730)])
    assert (np.diff(course, axis=0) < 0).all()
    np.testing.assert_allclose(course[0], 2000 * 1300 / 2300)
    pmma = filled()
    assert (pmma(7)[0] == pmma(730)[0]).all()
