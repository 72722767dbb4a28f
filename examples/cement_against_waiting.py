"""What cement buys a wedge fracture of L1, and when healing without it has caught up.

    python examples/cement_against_waiting.py [folder for the figure]

A coarse mesh, so that it takes seconds; leave out the two keys of `mesh` for numbers to rely on.
"""

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

table = result.table("capacity")
stiffness = {
    (arm, day): value
    for arm, day, value in zip(*(table[c] for c in ("arm", "day", "stiffness_ratio")), strict=True)
}
for day in (28, 84, 365):
    waiting, filled = (stiffness[arm, day] for arm in ("conservative", "vertebroplasty"))
    print(f"day {day:3d}: stiffness {waiting:.2f} of intact without cement, {filled:.2f} with it")

used = result.field("utilisation", arm="vertebroplasty", day=28)  # at 1000 N, one value a cell
print(
    f"day 28, vertebroplasty: {100 * (used > 0.5).mean():.0f} % of the cells beyond half of their strength at 1000 N"
)

body = vertebra.Vertebra.of(scenario)
print(f"intact {body.intact().capacity:.0f} N, day 10 {body.on(day=10, arm='conservative').capacity:.0f} N")

if len(sys.argv) > 1:
    result.plot().savefig(Path(sys.argv[1]) / "capacity.png", dpi=150)
