"""Rows behind a run."""

import pytest

from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import COMPOSITES, products
from vertebra.materials.healing.patient.factors import patient_effect
from vertebra.materials.healing.patient.non_union import non_union_probability
from vertebra.materials.healing.patient.patient import Patient
from vertebra.materials.sources import sources


def names(**choices):
    return [f"{each.table}.{each.name}" for each in sources(**choices)]


@pytest.mark.parametrize("law", modulus_laws())
def test_only_the_chosen_law_is_listed(law):
    listed = names(law=law)
    assert [name for name in listed if name.startswith("bone.modulus.")] == [f"bone.modulus.{law}"]
    assert len(set(listed)) == len(listed)


def test_intact_bone_has_no_damage_and_no_healing():
    assert not [name for name in names(fracture=False) if name.startswith(("damage", "kinetic", "tissue"))]


@pytest.mark.parametrize("product", products())
@pytest.mark.parametrize("composite", COMPOSITES)
def test_cement_lists_product_and_composite(product, composite):
    listed = names(cements=((product, composite), (product, composite)))
    assert f"cement.product.{product}" in listed
    assert ("cement.interdigitated.modulus" in listed) == (composite == "interdigitated")
    assert ("cement.fill" in listed) == (composite not in ("interdigitated", "void_filled"))


def test_patient_and_ends_are_listed():
    listed = names(patient=patient_effect(Patient(smoker=True)), ends="pmma_caps")
    assert {"factors.smoker.time", "factors.cap.time", "ends.pmma_caps"} <= set(listed)


def test_tension_ratio_is_listed_only_where_it_is_used():
    assert "bone.tension_per_compression" in names()
    assert "bone.tension_per_compression" not in names(law="morgan2003")


def test_the_curve_law_has_no_constants_of_its_own():
    assert not [
        name for name in names(healing="curve") if name.startswith(("kinetic", "cascade", "perfusion"))
    ]


@pytest.mark.parametrize("rule", ["claes_heigele", "prendergast", "fuzzy"])
def test_only_the_chosen_rule_of_strain_is_listed(rule):
    listed = names(healing="mechanoregulation", rule=rule)
    others = {"claes_heigele", "prendergast", "fuzzy"} - {rule}
    assert any(rule in name for name in listed)
    assert not [name for name in listed if any(other in name for other in others)]
    assert {"union.bridged", "kinetic.duration.fibrous", "mechanoregulation.step.change"} <= set(listed)


def test_rule_of_strain_is_prendergast_where_none_is_given():
    assert names(healing="mechanoregulation") == names(healing="mechanoregulation", rule="prendergast")


def test_a_drug_is_listed_only_where_it_is_taken():
    taken = patient_effect(Patient(nsaid_days=(0, 10)))
    assert "factors.nsaid.inflammation" in names(patient=taken)
    assert not [name for name in names() if name.startswith("factors.")]


@pytest.mark.parametrize(("rule", "own"), [("surface", 1), ("section", 2)])
def test_only_the_constants_of_the_rule_of_capacity_are_listed(rule, own):
    prefixes = {"surface": "failure.surface.", "section": "failure.mobilised."}
    listed = names(capacity_rule=rule)
    counts = {each: sum(name.startswith(prefix) for name in listed) for each, prefix in prefixes.items()}
    assert counts == dict.fromkeys(prefixes, 0) | {rule: own}
    assert "failure.crawford.strain" in listed


def test_chance_of_non_union_lists_its_base_rate_and_odds():
    listed = names(non_union=non_union_probability(Patient(diabetes=True)))
    assert {"non_union.base_rate", "factors.diabetes.union_odds", "factors.cap.union_odds"} <= set(listed)
    assert not [name for name in names() if name.startswith("non_union")]
