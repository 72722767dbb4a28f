"""
Your own healing curve
======================

Healing measured elsewhere, as points in time, in place of a law.
"""

# %%
# ``healing.law = "curve"`` takes the modulus of the fracture zone, or its tissue shares, at days of your own. Between
# the points values are linear. Here a callus that stiffens twice as slowly as another.
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import vertebra

quick = {
    "mesh.parametric.edge_mm": 4,
    "mesh.order": 1,
    "capacity.virtual_test": "off",
    "healing.law": "curve",
}
days = [0, 14, 28, 56, 84]
courses = {"faster": [110, 160, 300, 430, 480], "slower": [110, 120, 160, 260, 350]}  # MPa, of the zone
stiffness = {}
for name, young in courses.items():
    scenario = vertebra.read_scenario("crush").with_values(
        quick | {"healing.days": days, "healing.curve": {"days": days, "young_MPa": young}}
    )
    body = vertebra.Vertebra.of(scenario)
    stiffness[name] = [
        body.on(day=day, arm="conservative").stiffness / body.intact().stiffness for day in days
    ]
    print(name, [f"{value:.2f}" for value in stiffness[name]])

# %%
figure, axis = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
for name, values in stiffness.items():
    axis.plot(days, values, "-o", label=name)
axis.set(xlabel="days after the fracture", ylabel="stiffness / intact [-]", ylim=(0, None))
axis.legend(frameon=False)

if len(sys.argv) > 1:
    figure.savefig(Path(sys.argv[1]) / "curve.png", dpi=150)
