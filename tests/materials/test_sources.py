"""Rows behind a run."""

import pytest

from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import COMPOSITES, products
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.non_union import non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.sources import (
    bone_constants,
    capacity_constants,
    cement_constants,
    distinct,
    end_constants,
    healing_constants,
    patient_constants,
)


def names(used):
    return [f"{each.table}.{each.name}" for each in used]


@pytest.mark.parametrize("law", modulus_laws())
def test_only_the_chosen_law_is_listed(law):
    listed = names(bone_constants(law))
    assert [name for name in listed if name.startswith("bone.modulus.")] == [f"bone.modulus.{law}"]
    assert len(set(listed)) == len(listed)


def test_a_row_that_is_used_twice_is_listed_once():
    used = [*bone_constants("kopperdahl2002"), *bone_constants("kopperdahl2002")]
    assert len(distinct(used)) == len(used) / 2


def test_the_distribution_of_density_is_listed_where_it_is_regional():
    assert "density.regional.posterior_per_anterior" in names(
        bone_constants("kopperdahl2002", distribution="regional")
    )
    assert not [name for name in names(bone_constants("kopperdahl2002")) if "regional" in name]


@pytest.mark.parametrize("product", products())
@pytest.mark.parametrize("composite", COMPOSITES)
def test_cement_lists_product_and_composite(product, composite):
    listed = names(cement_constants(product, composite))
    assert f"cement.product.{product}" in listed
    assert ("cement.interdigitated.modulus" in listed) == (composite == "interdigitated")
    assert ("cement.fill" in listed) == (composite not in ("interdigitated", "void_filled"))


def test_patient_and_ends_are_listed():
    listed = names([*patient_constants(patient_effect(Patient(smoker=True))), *end_constants("pmma_caps")])
    assert {"factors.smoker.time", "factors.cap.time", "ends.pmma_caps"} <= set(listed)


def test_tension_ratio_is_listed_only_where_it_is_used():
    assert "bone.tension_per_compression" in names(bone_constants("kopperdahl2002"))
    assert "bone.tension_per_compression" not in names(bone_constants("morgan2003"))


def test_the_curve_law_has_no_constants_of_its_own():
    assert not [
        name
        for name in names(healing_constants("curve"))
        if name.startswith(("kinetic", "cascade", "perfusion"))
    ]


@pytest.mark.parametrize("rule", ["claes_heigele", "prendergast", "fuzzy"])
def test_only_the_chosen_rule_of_strain_is_listed(rule):
    listed = names(healing_constants("mechanoregulation", rule))
    others = {"claes_heigele", "prendergast", "fuzzy"} - {rule}
    assert any(rule in name for name in listed)
    assert not [name for name in listed if any(other in name for other in others)]
    assert {"union.bridged", "kinetic.duration.fibrous", "mechanoregulation.step.change"} <= set(listed)


def test_rule_of_strain_is_prendergast_where_none_is_given():
    assert names(healing_constants("mechanoregulation")) == names(
        healing_constants("mechanoregulation", "prendergast")
    )


def test_a_drug_is_listed_only_where_it_is_taken():
    taken = patient_effect(Patient(nsaid_days=(0, 10)))
    assert "factors.nsaid.inflammation" in names(patient_constants(taken))
    assert names(patient_constants(patient_effect(Patient()))) == []


@pytest.mark.parametrize(("rule", "own"), [("surface", 2), ("section", 2)])
def test_only_the_constants_of_the_rule_of_capacity_are_listed(rule, own):
    prefixes = {"surface": "failure.limit_load.", "section": "failure.mobilised."}
    listed = names(capacity_constants(rule))
    counts = {each: sum(name.startswith(prefix) for name in listed) for each, prefix in prefixes.items()}
    assert counts == dict.fromkeys(prefixes, 0) | {rule: own}
    assert "failure.crawford.strain" in listed


def test_chance_of_non_union_lists_its_base_rate_and_odds():
    listed = names(
        patient_constants(patient_effect(Patient()), non_union_probability(Patient(diabetes=True)))
    )
    assert {"non_union.base_rate", "factors.diabetes.union_odds", "factors.cap.union_odds"} <= set(listed)
