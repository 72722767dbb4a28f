"""What a run says of cells that lock."""

import numpy as np

from vertebra.meshes.tetmesh import REGIONS
from vertebra.models.response.locking import locking_warnings
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.order=1", "mesh.parametric.edge_mm=4")


def test_a_run_names_the_region_that_locks():
    vertebra = VertebraModel.of(read_scenario("main", COARSE))
    assert not any("lock" in text for text in vertebra.anatomy.warnings)  # bone, cement and PMMA: 0.3
    mesh = vertebra.anatomy.fractured.mesh
    soft = np.where(mesh.region == REGIONS.index("superior_cap"), 0.45, vertebra.intact().properties.poisson)
    (said,) = locking_warnings(mesh, [soft])
    assert "0.45 in superior cap, expected at most 0.4" in said
    assert "mesh.order = 2" in said


def test_a_run_collects_what_locks(monkeypatch):
    before = VertebraModel.of(read_scenario("intact", COARSE)).anatomy.warnings
    monkeypatch.setattr("vertebra.materials.bone.poisson", lambda: 0.45)
    told = VertebraModel.of(read_scenario("intact", COARSE)).anatomy.warnings
    assert told[:-1] == before
    assert "trabecular, shell, superior endplate, inferior endplate" in told[-1]
