"""
How much cement
===============

Volume of cement against what it adds on the day of the injection.
"""

# %%
# Arms may differ in the volume alone. The placement with its contacts is the first thing to look at: cement
# that touches no endplate raises stiffness, not the strength of the weakest bare section.
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import vertebra

quick = {
    "mesh.parametric.edge_mm": 4,
    "mesh.order": 1,
    "capacity.virtual_test": "off",
    "healing.days": [0, 7],
}
volumes = (2.0, 3.0, 4.0)  # mL
bare = vertebra.Vertebra.of(vertebra.read_scenario("main").with_values(quick)).on(day=7, arm="conservative")
gain = {"service load": [], "stiffness": []}
for volume in volumes:
    scenario = vertebra.read_scenario("main").with_values(
        quick | {"arms.vertebroplasty.cement.volume_ml": volume}
    )
    body = vertebra.Vertebra.of(scenario)
    filled = body.on(day=7, arm="vertebroplasty")
    placed = body.anatomy.cement["vertebroplasty"]
    gain["service load"].append(100 * (filled.service / bare.service - 1))
    gain["stiffness"].append(100 * (filled.stiffness / bare.stiffness - 1))
    print(f"{volume:g} mL: {100 * placed.body_share:.0f} % of the body, {placed.contacts} endplates touched")

# %%
figure, axis = plt.subplots(figsize=(5.5, 3.4), layout="constrained")
for name, values in gain.items():
    axis.plot(volumes, values, "-o", label=name)
axis.set(xlabel="cement [mL]", ylabel="more than without, day 7 [%]", ylim=(0, None))
axis.legend(frameon=False)

if len(sys.argv) > 1:
    figure.savefig(Path(sys.argv[1]) / "dose.png", dpi=150)
