"""
Reading a result in Python
==========================

Tables, fields, mesh and page of a run; and the same fields in ParaView and pyvista.
"""

# %%
# ``vertebra.run`` returns a result and keeps its folder; ``vertebra.open_result("results/main")`` opens one again.
import sys
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pyvista

import vertebra

quick = {
    "mesh.parametric.edge_mm": 4,
    "mesh.order": 1,
    "capacity.virtual_test": "off",
    "output.pictures": False,
}
result = vertebra.run(vertebra.read_scenario("crush").with_values(quick | {"healing.days": [0, 14, 28, 56]}))
print(sorted(file.name for file in result.folder.iterdir()))

# %%
# Columns by name; their meaning and unit stand in ``columns.csv`` of the folder and on the page of columns.
healing = result.table("healing")
chosen = [arm == "conservative" for arm in healing["arm"]]
print(np.asarray(healing["bridged_share"])[chosen])

# %%
# Fields by arm and day: here the axial stress over the height of the body.
mesh = result.mesh
inside = mesh.in_region("trabecular")
height = mesh.points[mesh.cells[inside, :4], 2].mean(axis=1)
figure, axis = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
for day in result.fields("conservative").days:
    used = result.field("utilisation", arm="conservative", day=day)[inside]
    layers = np.linspace(height.min(), height.max(), 11)
    means = [used[(height >= a) & (height <= b)].mean() for a, b in pairwise(layers)]
    axis.plot(means, 0.5 * (layers[:-1] + layers[1:]), label=f"day {day}")
axis.set(xlabel="mean utilisation at 1000 N [-]", ylabel="z [mm]")
axis.legend(frameon=False)

# %%
# The field file opens in ParaView as a series: File, Open, ``fields-conservative.vtkhdf``, Apply; the play button steps
# through the days. In pyvista the steps are those of the reader behind it.
reader = pyvista.get_reader(str(result.folder / "fields-conservative.vtkhdf"))
reader.reader.UpdateInformation()
for step in range(reader.reader.GetNumberOfSteps()):
    reader.reader.SetStep(step)
    grid = reader.read()
    day, used = reader.reader.GetTimeValue(), grid.cell_data["utilisation"].max()
    print(f"day {day:3.0f}: {grid.n_cells} cells, largest utilisation {used:.2f}")
    if step == 0:
        print("regions:", ", ".join(grid.field_data["region_names"]))

if len(sys.argv) > 1:
    figure.savefig(Path(sys.argv[1]) / "profile.png", dpi=150)
