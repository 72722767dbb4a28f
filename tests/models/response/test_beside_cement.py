"""How hard the bone beside cement works."""

import numpy as np
import pytest

from vertebra.checks.observed.bench import bench
from vertebra.models.response.beside_cement import beside_cement_row

ARM = "vertebroplasty"


@pytest.fixture(scope="module")
def filled():
    vertebra = bench("main")
    geometry = vertebra.anatomy.treated[ARM]
    return vertebra.bone(geometry), vertebra.filled(ARM), geometry.cement.fraction[geometry.mesh.is_bone]


def test_the_rim_is_bone_beside_cement_that_is_stiffer(filled):
    bone, loaded, cement = filled
    row = beside_cement_row(bone, loaded, cement)
    young = loaded.properties.young[bone.is_bone]
    rim = bone.rim > 0.5
    assert 1 < young[cement == 1].min() / young[rim].max() < row["rim_modulus_ratio"]
    assert row["rim_modulus_ratio"] < young[cement == 1].max() / young[rim].min()
    used = loaded.utilisation[bone.is_bone][bone.rim > 0]
    assert np.median(used) < row["rim_utilisation"] <= used.max()


def test_without_cement_there_is_no_rim(filled):
    vertebra = bench("crush")
    bone = vertebra.bone(vertebra.anatomy.fractured)
    row = beside_cement_row(bone, vertebra.fresh(), np.zeros(len(bone.cell_volume)))
    assert all(np.isnan(value) for value in row.values())
