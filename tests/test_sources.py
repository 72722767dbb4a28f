"""Rows behind a run."""

import pytest

from vertebra.materials.bone import modulus_laws
from vertebra.materials.cement import COMPOSITES, products
from vertebra.materials.factors import Patient, patient_effect
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
