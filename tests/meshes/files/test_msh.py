import meshio
import numpy as np

from vertebra.meshes.files.msh import write_msh
from vertebra.meshes.tetmesh import REGIONS


def test_regions_are_named_volumes(mesh, tmp_path):
    write_msh(mesh, tmp_path / "body.msh")
    back = meshio.read(tmp_path / "body.msh")
    tag_of = {name: tag for name, (tag, dimension) in back.field_data.items() if dimension == 3}
    assert set(tag_of) == set(REGIONS)
    tags = back.cell_data["gmsh:physical"][0]  # faces of the node sets come after the cells
    for i, name in enumerate(REGIONS):
        np.testing.assert_array_equal(tags == tag_of[name], mesh.region == i)
