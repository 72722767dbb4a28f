"""Bone whose density follows the treatment of the patient."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vertebra.materials.healing.patient import factor_table
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.patient import Patient
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

RATIO, DAYS = 1.2, 200.0
ROW = f"""
[newdrug.density]
acts_on = "host_density"
fact = "newdrug_days"
full_after_days = {DAYS}
value = {RATIO}
range = [1.0, 1.3]
source = "made up"
certainty = "C"
"""


@pytest.fixture(scope="module")
def conditions(tmp_path_factory):
    """The crush, without treatment and with a drug from day 0 to 100."""
    file = tmp_path_factory.mktemp("table") / "factors.toml"
    file.write_text(Path(factor_table.__file__).with_name("factors.toml").read_text("utf-8") + ROW, "utf-8")
    table = factor_table.FactorTable.read(file)
    coarse = ("mesh.parametric.edge_mm=4", "mesh.order=1")
    vertebra = VertebraModel.of(read_scenario("crush", coarse))
    untreated = vertebra.bone(vertebra.anatomy.fractured)
    return untreated, replace(untreated, patient=patient_effect(Patient(table, newdrug_days=(0, 100)), table))


@pytest.mark.parametrize(("day", "share"), [(0.0, 0.0), (50.0, 0.25), (100.0, 0.5), (300.0, 0.5)])
def test_density_of_the_whole_body_is_gained_and_kept(conditions, day, share):
    untreated, treated = conditions
    tissue = replace(untreated.fresh(), day=day)
    usual, gained = (each.density_mg_cm3(tissue) for each in (untreated, treated))
    bone = usual > 0
    np.testing.assert_allclose(gained[bone] / usual[bone], RATIO**share)
    assert (gained[~bone] == 0).all()


def test_denser_bone_is_stiffer_and_stronger_and_the_intact_body_stays_what_it_was(conditions):
    untreated, treated = conditions
    tissue = replace(untreated.fresh(), day=100.0)
    usual, gained = (each.on_day(tissue, None) for each in (untreated, treated))
    spongy = untreated.host.shell_fraction + untreated.host.endplate_fraction == 0
    ratio = (gained.young / usual.young)[untreated.is_bone][spongy]
    expected = untreated.host_on(0.0).density, treated.host_on(100.0).density
    np.testing.assert_allclose(expected[1].g_cm3 / expected[0].g_cm3, np.sqrt(RATIO))
    assert (ratio > 1.05).all()
    stronger, strength = (each.strength_compression[untreated.is_bone][spongy] for each in (gained, usual))
    assert (stronger > 1.05 * strength).all()
    np.testing.assert_array_equal(treated.intact().young, untreated.intact().young)
