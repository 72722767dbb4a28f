"""
Your own surface
================

A vertebral body from a surface file: units and axes, and what is found out about it.
"""

# %%
# The bundled scenario ``surface`` names a synthetic STL. For a file of your own give ``mesh.surface.file``, the unit
# and what the stored x, y and z point to (``RAS``: right, anterior, superior). ``method = "fit"`` morphs the structured
# body with its shell and endplates onto a body; ``method = "tetwild"`` meshes any closed surface, whole vertebrae too.
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import vertebra
from vertebra.meshes.tetmesh import REGIONS

scenario = vertebra.read_scenario("surface").with_values(
    {"mesh.surface.edge_mm": 4, "mesh.order": 1, "healing.days": [0, 28], "capacity.virtual_test": "off"}
)
body = vertebra.Vertebra.of(scenario)
print(f"intact: {body.intact().capacity:.0f} N, {body.intact().stiffness:.0f} N/mm")

# %%
# The mesh has named regions; sections of constant relative height show whether the surface was read as it was meant.
mesh = body.anatomy.intact.mesh
for number, name in enumerate(REGIONS):
    print(f"{name:<20}{np.count_nonzero(mesh.region == number):6d} cells")

figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained", sharey=True)
bone = mesh.points[np.unique(mesh.cells[mesh.is_bone])]
for axis, across, label in zip(axes, (1, 0), ("y, anterior [mm]", "x, right [mm]"), strict=True):
    axis.plot(bone[:, across], bone[:, 2], ".", ms=1, color="0.4")
    axis.set(xlabel=label, aspect="equal")
axes[0].set_ylabel("z, superior [mm]")

if len(sys.argv) > 1:
    figure.savefig(Path(sys.argv[1]) / "surface.png", dpi=150)
