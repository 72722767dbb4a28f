import meshio
import numpy as np

from vertebra.meshes.files.vtu import write_vtu


def test_regions_fractions_and_sets_come_back(mesh, tmp_path):
    write_vtu(mesh, tmp_path / "body.vtu")
    back = meshio.read(tmp_path / "body.vtu")
    for name in ("region", "layer", "shell_fraction", "endplate_fraction"):
        np.testing.assert_array_equal(back.cell_data[name][0], getattr(mesh, name))
    for name, nodes in mesh.node_sets.items():
        np.testing.assert_array_equal(np.flatnonzero(back.point_data[name]), np.sort(nodes))
    np.testing.assert_array_equal(back.point_data["zeta"], mesh.zeta)
