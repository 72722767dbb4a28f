"""
Your own bone density
=====================

How capacity follows the density of the trabecular bone, and why its kind must be said.
"""

# %%
# Densities are given in mg/cm3 and with their kind: QCT, ash or apparent. Laws know which kind they were measured with;
# a density of another kind is converted, and the conversion is among the sources of the run.
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import vertebra

quick = {
    "mesh.parametric.edge_mm": 4,
    "mesh.order": 1,
    "healing.days": [0, 365],
    "capacity.virtual_test": "off",
}
densities = (60, 100, 140)  # mg/cm3 QCT: osteoporotic, osteopenic, normal
intact, fresh = [], []
for density in densities:
    scenario = vertebra.read_scenario("main").with_values(quick | {"bone.density_qct_mg_cm3": density})
    body = vertebra.Vertebra.of(scenario)
    intact.append(body.intact().capacity)
    fresh.append(body.on(day=0, arm="conservative").capacity)
    print(f"{density} mg/cm3: intact {intact[-1]:.0f} N, after the fracture {fresh[-1]:.0f} N")

# %%
# Strength grows faster than density: half the mineral is less than half the load.
figure, axis = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
axis.plot(densities, intact, "k--o", label="intact")
axis.plot(densities, fresh, "-s", color="#0065a3", label="day of the fracture")
axis.set(xlabel="QCT density [mg/cm3]", ylabel="capacity [N]", ylim=(0, None))
axis.legend(frameon=False)

if len(sys.argv) > 1:
    figure.savefig(Path(sys.argv[1]) / "density.png", dpi=150)
