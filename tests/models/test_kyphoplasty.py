"""What a kyphoplasty does to a body: heights as asked, volumes and mineral that add up."""

import numpy as np
import pytest

from vertebra.meshes.quality import inverted_cells
from vertebra.models.kyphoplasty import cavity_around
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

ARMS = (
    "arms=[{{name='waiting'}},{{name='raised',cement={{day=0,volume_ml=3.0,procedure='kyphoplasty',"
    "height_restored={share}}}}},{{name='filled',cement={{day=0,volume_ml=3.0}}}}]"
)


def model(kind, share, *changes, order=1):
    coarse = ("mesh.parametric.edge_mm=4", f"mesh.order={order}", "fracture.collapse=false")
    return VertebraModel.of(
        read_scenario("main", (*coarse, f"fracture.type={kind}", ARMS.format(share=share), *changes))
    )


@pytest.fixture(scope="module", params=[1, 2])
def wedge(request):
    return model("wedge", 0.6, order=request.param)


@pytest.mark.parametrize(
    ("kind", "share"), [("crush", 0.0), ("crush", 1.0), ("biconcave", 0.4), ("wedge", 1.0)]
)
def test_heights_are_as_asked_and_no_cell_is_turned(kind, share):
    anatomy = model(kind, share).anatomy
    intact, broken = anatomy.intact.heights, anatomy.fractured.heights
    treated = anatomy.treated["raised"]
    for name in ("anterior_mm", "middle_mm", "posterior_mm"):
        lost = getattr(intact, name) - getattr(broken, name)
        gained = getattr(treated.heights, name) - getattr(broken, name)
        assert gained == pytest.approx(share * lost, abs=1e-6)
    assert not len(inverted_cells(treated.mesh.points, treated.mesh.cells))
    lost = 0.17 * anatomy.collapsing.body.peak_mm
    assert treated.restored_mm == pytest.approx(share * lost)
    assert anatomy.kyphoplasties["raised"].mineral_error < 1e-9


def test_volumes_and_mineral_add_up(wedge):
    anatomy = wedge.anatomy
    done, treated = anatomy.kyphoplasties["raised"], anatomy.treated["raised"]
    assert done.cavity_ml == pytest.approx(treated.cement.volume_ml, rel=1e-9)
    assert done.cavity_ml == pytest.approx(3.0, rel=0.005)
    assert done.cavity_ml + done.shell_ml + done.beyond_ml == pytest.approx(done.trabecular_ml)
    assert done.beyond_ml > 0
    restored = (treated.volume - anatomy.fractured.volume)[treated.mesh.is_body].sum() / 1000
    assert done.body_after_ml - done.body_before_ml == pytest.approx(restored)
    assert done.mineral_after_mg == pytest.approx(done.mineral_before_mg, rel=1e-9)
    assert done.moved_mg > 0
    assert done.restored_anterior_mm == pytest.approx(0.6 * 0.17 * 25.0)
    assert str(done).startswith("60 % of the lost height restored")


def test_the_field_of_density_holds_the_same_mineral_with_a_cavity(wedge):
    geometry = wedge.anatomy.treated["raised"]
    bone = wedge.bone(geometry)
    mesh = geometry.mesh
    trabecular = (1 - mesh.shell_fraction - mesh.endplate_fraction) * mesh.is_bone
    tissue = bone.injected(bone.fresh(), geometry.cement)
    density = bone.density_mg_cm3(tissue)
    assert np.all(density[geometry.cement.fraction == 1] == 0)
    found = density @ (geometry.volume * trabecular) / 1000
    assert found == pytest.approx(geometry.trabecular_mineral(wedge.anatomy.density.g_cm3).sum(), rel=1e-9)
    assert np.all(density[mesh.is_bone] <= 1000 * wedge.anatomy.density.g_cm3 * bone.compaction * (1 + 1e-9))


def test_what_was_broken_stays_broken_and_what_opens_is_haematoma():
    vertebra = model("crush", 1.0)
    before, after = (vertebra.anatomy.fractured, vertebra.anatomy.treated["raised"])
    old, new = vertebra.bone(before), vertebra.bone(after)
    inside = (old.zone == 1) & (new.zone == 1)
    assert new.territory[inside] == pytest.approx(old.territory[inside], abs=0.01)
    healed = old.fresh().healed_to(28.0, np.array([0, 0.5, 0, 0, 0.5, 0.0])[:, None], np.full(1, 0.5))
    tissue = new.injected(healed, after.cement)
    opened = 1 - 1 / after.worst_compaction[after.mesh.is_bone]  # all of the strain of the band
    assert tissue.share("haematoma")[inside] == pytest.approx(opened[inside])
    assert tissue.share("woven")[inside] == pytest.approx(0.5 * (1 - opened[inside]))


def test_other_arms_have_neither_cavity_nor_restored_height(wedge):
    treated = wedge.anatomy.treated["filled"]
    assert treated.cavity is None
    assert np.isnan(treated.restored_mm)
    assert wedge.bone(treated).emptied.max() == 0
    assert wedge.bone(treated).opened.max() == 0
    with pytest.raises(ValueError, match="no cement"):
        cavity_around(wedge.anatomy.fractured)


def test_without_a_cavity_height_is_restored_alone():
    arms = "arms=[{name='raised',cement={day=0,volume_ml=3.0,procedure='kyphoplasty',fill='blocky'}}]"
    done = model("wedge", 0.0, arms).anatomy.kyphoplasties["raised"]
    assert (done.cavity_ml, done.moved_mg) == (0.0, 0.0)
    assert done.restored_anterior_mm == pytest.approx(0.33 * 0.17 * 25.0)
    assert "cavity" not in str(done)
