"""How stiffness and capacity of a fresh fracture fall with its depth: table and figure.

    python docs/figures/severity.py                        # the figure of the documentation
    python docs/figures/severity.py --edge 2 --body T12 --body L3_body.obj --unit m --axes ALS --out severity.csv

Writes one row a body, type and depth, and draws the first body.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np

from vertebra.checks.observed.bench import bench

HERE = Path(__file__).parent
KINDS = ("crush", "wedge", "biconcave")
DEPTHS = (0.05, 0.10, 0.17, 0.24, 0.30)
COLUMNS = (
    "body",
    "type",
    "height_loss",
    "edge_mm",
    "order",
    "stiffness_ratio",
    "capacity_ratio",
    "service_ratio",
)
_READ = {
    "stiffness_ratio": "stiffness_N_per_mm",
    "capacity_ratio": "capacity_N",
    "service_ratio": "service_N",
}
_COLOURS = {"crush": "#8c2d04", "wedge": "#08519c", "biconcave": "#1b7837"}


def changes(body: str, unit: str, axes: str) -> tuple[str, str, tuple[str, ...]]:
    """Name of the bundled scenario, anatomy and changes for a level or the file of a surface."""
    if not Path(body).suffix:
        return "crush", "parametric", (f"mesh.parametric.level={body}",)
    surface = (f"mesh.surface.file={body}", f"mesh.surface.unit={unit}", f"mesh.surface.axes={axes}")
    return "surface", "surface", surface


def ratios(
    body: str, kind: str, height_loss: float, edge_mm: float, order: int, source: tuple
) -> dict[str, float]:
    """Stiffness, capacity and service load of a fresh fracture over those of the intact body."""
    name, anatomy, changed = source
    fracture = (f"fracture.type={kind}", f"fracture.height_loss={height_loss}", "arms=[{name='untreated'}]")
    mesh = (f"mesh.{anatomy}.edge_mm={edge_mm}", f"mesh.order={order}")
    vertebra = bench(name, *changed, *fracture, mesh=mesh)
    intact, fresh = vertebra.intact().row, vertebra.fresh().row
    return {ratio: fresh[column] / intact[column] for ratio, column in _READ.items()}


def table(bodies: list[str], edge_mm: float, order: int, unit: str, axes: str) -> Iterator[dict]:
    """One row a body, type and depth."""
    for body in bodies:
        source = changes(body, unit, axes)
        for kind in KINDS:
            for depth in DEPTHS:
                found = ratios(body, kind, depth, edge_mm, order, source)
                named = {"body": Path(body).stem, "type": kind, "height_loss": depth}
                yield (
                    named | {"edge_mm": edge_mm, "order": order} | {k: round(v, 4) for k, v in found.items()}
                )


def draw(rows: list[dict], path: Path) -> None:
    """Stiffness and capacity over depth, one line a type."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    for kind in KINDS:
        mine = [row for row in rows if row["type"] == kind]
        depth = [100 * row["height_loss"] for row in mine]
        for column, style, word in (
            ("capacity_ratio", "-o", "capacity"),
            ("stiffness_ratio", "--s", "stiffness"),
        ):
            values = [row[column] for row in mine]
            axis.plot(depth, values, style, color=_COLOURS[kind], ms=4, lw=1.5, label=f"{kind}, {word}")
    axis.errorbar(
        [17],
        [0.47],
        [0.18],
        fmt="s",
        color="black",
        mfc="white",
        capsize=3,
        label="stiffness, 21 L3 (Wegrzyn 2011)",
    )
    axis.errorbar(
        [17.4],
        [0.89],
        [0.19],
        fmt="o",
        color="black",
        mfc="white",
        capsize=3,
        label="strength, the same (mean, SD)",
    )
    axis.set(
        xlabel="residual height loss [%]", ylabel="fresh fracture over intact", ylim=(0, 1.12), xlim=(3, 32)
    )
    axis.grid(alpha=0.25)
    axis.legend(fontsize=7, ncols=2, loc="lower left", frameon=False)
    axis.set_title(f"Severity of a fracture on day 0, {rows[0]['body']}", fontsize=10)
    figure.savefig(path, dpi=150)


def rises(rows: list[dict]) -> Iterator[str]:
    """Largest rise with depth of each curve, in per cent of the lowest value before."""
    for body, kind in dict.fromkeys((row["body"], row["type"]) for row in rows):
        mine = [row for row in rows if (row["body"], row["type"]) == (body, kind)]
        for column in ("stiffness_ratio", "capacity_ratio"):
            values = np.array([row[column] for row in mine])
            most = 100 * (values[1:] / np.minimum.accumulate(values)[:-1] - 1).max()
            yield f"{body} {kind} {column}: {values.max():.3f} to {values.min():.3f}, largest rise {most:+.1f} %"


def main() -> None:
    """Read the command line, compute, write and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--body", action="append", help="level of the parametric body, or the file of a surface"
    )
    parser.add_argument("--unit", default="mm")
    parser.add_argument("--axes", default="RAS")
    parser.add_argument("--edge", type=float, default=3.0)
    parser.add_argument("--order", type=int, default=1, choices=(1, 2))
    parser.add_argument("--out", type=Path, default=HERE / "severity.csv")
    given = parser.parse_args()
    rows = list(table(given.body or ["L1"], given.edge, given.order, given.unit, given.axes))
    with given.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draw([row for row in rows if row["body"] == rows[0]["body"]], given.out.with_suffix(".png"))
    print("\n".join(rises(rows)))


if __name__ == "__main__":
    main()
