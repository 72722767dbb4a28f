"""
Vertebroplasty against waiting
==============================

What cement buys a wedge fracture of L1, and when healing without it has caught up.
"""

# sphinx_gallery_thumbnail_path = 'main.png'

# %%
# Two arms of one scenario share mesh, bone and clock, so that their difference is that of the treatment. A scenario is
# read by name or from a file, and any of its keys can be replaced.
import sys
from pathlib import Path

import vertebra

scenario = vertebra.read_scenario("main").with_values(
    {
        "mesh.parametric.edge_mm": 4,  # mm
        "mesh.order": 1,  # 4-node tetrahedra
        "healing.days": [0, 28, 84, 365],
        "capacity.virtual_test": "off",
        "output.pictures": False,
    }
)
result = vertebra.run(scenario)
result

# %%
# Tables answer by column, as arrays or, where pandas is installed, as a DataFrame.
table = result.table("capacity")
stiffness = {
    (arm, day): value
    for arm, day, value in zip(*(table[c] for c in ("arm", "day", "stiffness_ratio")), strict=True)
}
for day in (28, 84, 365):
    waiting, filled = (stiffness[arm, day] for arm in ("conservative", "vertebroplasty"))
    print(f"day {day:3d}: stiffness {waiting:.2f} of intact without cement, {filled:.2f} with it")

# %%
# Fields come by arm and day, one value a cell, at the load ``output.load_N``.
used = result.field("utilisation", arm="vertebroplasty", day=28)
print(f"day 28, vertebroplasty: {100 * (used > 0.5).mean():.0f} % of the cells beyond half of their strength")

# %%
# A vertebra can be asked for any day, without a run.
body = vertebra.Vertebra.of(scenario)
print(f"intact {body.intact().capacity:.0f} N, day 10 {body.on(day=10, arm='conservative').capacity:.0f} N")

if len(sys.argv) > 1:  # a folder for the figure
    result.plot().savefig(Path(sys.argv[1]) / "capacity.png", dpi=150)
