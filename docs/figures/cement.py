"""What each mesh says of five bodies: capacity with its bracket, stiffness, service load, ultimate load. Table, figure.

    python docs/figures/cement.py                                  # the figure of the documentation
    python docs/figures/cement.py --edges 4 3 2 --order 1 --no-test --out mesh-tet4.csv

Writes one row a body and mesh, coarsest first, and draws the cemented ones beside the same body without cement.
"""

import argparse
import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib

from vertebra.checks.observed.bench import bench
from vertebra.meshes.element_size import element_size
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.strength.bracket import RESOLVED
from vertebra.models.strength.virtual_test import RUN_TOLERANCE, run_virtual_test
from vertebra.models.vertebra_model import VertebraModel

HERE = Path(__file__).parent
ARM = "filled"
READ = ("stiffness_N_per_mm", "service_N", "capacity_N", "capacity_low_N", "capacity_high_N")
COLUMNS = ("body", "order", "edge_mm", "element_mm", "unknowns", *READ, "resolved", "ultimate_N", "seconds")


@dataclass(frozen=True)
class Subject:
    """A body and the state in which it is asked.

    Attributes
    ----------
    name : str
    scenario : str
        Bundled one that it starts from.
    changes : tuple of str
    state : str
        `intact`, `fresh` (just fractured) or `filled` (at once).
    """

    name: str
    scenario: str
    changes: tuple[str, ...]
    state: str

    def loaded(self, vertebra: VertebraModel) -> LoadedVertebra:
        """The body in its state."""
        if self.state == "filled":
            return vertebra.filled(ARM)
        return vertebra.fresh() if self.state == "fresh" else vertebra.intact()


def _cement(ml: float) -> str:
    return f'arms=[{{name="{ARM}", cement={{day=0, volume_ml={ml}}}}}]'


_WEDGE = (_cement(4.0),)
_WEAK = ("mesh.parametric.level=L2", "bone.density_qct_mg_cm3=60", _cement(5.5))
SUBJECTS = (
    Subject("L1 intact", "main", _WEDGE, "intact"),
    Subject("L1 crush", "crush", (), "fresh"),
    Subject("L1 wedge", "main", _WEDGE, "fresh"),
    Subject("L1 wedge + 4 mL", "main", _WEDGE, "filled"),
    Subject("L2 crush, 60 mg/cm3", "crush", _WEAK, "fresh"),
    Subject("L2 crush, 60 mg/cm3 + 5.5 mL", "crush", _WEAK, "filled"),
)


def row(subject: Subject, edge_mm: float, order: int, *, tested: bool) -> dict:
    """Numbers of a body on one mesh."""
    since = time.perf_counter()
    vertebra = bench(
        subject.scenario,
        *subject.changes,
        mesh=(f"mesh.parametric.edge_mm={edge_mm}", f"mesh.order={order}"),
    )
    loaded = subject.loaded(vertebra)
    found = {name: round(loaded.row[name], 1) for name in READ}
    resolved = loaded.row["capacity_high_N"] <= (1 + RESOLVED) * loaded.row["capacity_low_N"]
    ultimate = ""
    if tested:
        test = run_virtual_test(loaded.specimen, loaded.properties, tolerance=RUN_TOLERANCE)
        ultimate = round(test.ultimate_N, 1)
    mesh = loaded.specimen.mesh
    return {
        "body": subject.name,
        "order": order,
        "edge_mm": edge_mm,
        "element_mm": round(element_size(vertebra.anatomy.intact.mesh), 2),
        "unknowns": 3 * mesh.n_points,
        **found,
        "resolved": resolved,
        "ultimate_N": ultimate,
        "seconds": round(time.perf_counter() - since, 1),
    }


def table(edges: list[float], order: int, *, tested: bool) -> Iterator[dict]:
    """One row a body and mesh."""
    for subject in SUBJECTS:
        for edge in edges:
            yield row(subject, edge, order, tested=tested)


def draw(rows: list[dict], path: Path) -> None:
    """Capacity with its bracket, ultimate load and stiffness over the edge, by body."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.4), layout="constrained")
    for subject, colour in zip(SUBJECTS, plt.colormaps["Dark2"](range(len(SUBJECTS))), strict=True):
        mine = [each for each in rows if each["body"] == subject.name]
        edges = [each["edge_mm"] for each in mine]
        force = [each["capacity_N"] / 1000 for each in mine]
        ends = [
            [(each["capacity_N"] - each["capacity_low_N"]) / 1000 for each in mine],
            [(each["capacity_high_N"] - each["capacity_N"]) / 1000 for each in mine],
        ]
        style = "-" if subject.state == "filled" else "--"
        left.errorbar(edges, force, ends, fmt="o" + style, color=colour, ms=4, capsize=3, label=subject.name)
        tested = [(each["edge_mm"], each["ultimate_N"] / 1000) for each in mine if each["ultimate_N"]]
        left.plot(*zip(*tested, strict=True), "x", color=colour, ms=7) if tested else None
        stiffness = [each["stiffness_N_per_mm"] / 1000 for each in mine]
        right.plot(edges, stiffness, "o" + style, color=colour, ms=4)
    left.plot([], [], "x", color="0.3", label="elastic-plastic test")
    left.set(ylabel="capacity with its bracket [kN]", ylim=(0, None))
    right.set(ylabel="stiffness [kN/mm]", ylim=(0, None))
    for axis in (left, right):
        axis.set_xlabel("edge of the mesh [mm]")
        axis.invert_xaxis()
        axis.grid(alpha=0.25)
    figure.legend(
        *left.get_legend_handles_labels(), fontsize=8, loc="outside lower center", ncols=4, frameon=False
    )
    figure.suptitle(
        f"The same bodies on finer and finer meshes, {10 if rows[0]['order'] == 2 else 4}-node cells",
        fontsize=10,
    )
    figure.savefig(path, dpi=150)


def main() -> None:
    """Compute, print, write and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--edges", type=float, nargs="+", default=[4.0, 3.0, 2.0], help="edges of the meshes [mm]"
    )
    parser.add_argument("--order", type=int, choices=(1, 2), default=2)
    parser.add_argument(
        "--no-test", dest="tested", action="store_false", help="without the elastic-plastic test"
    )
    parser.add_argument("--out", type=Path, default=HERE / "cement.csv")
    options = parser.parse_args()
    rows = []
    with options.out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for each in table(options.edges, options.order, tested=options.tested):
            writer.writerow(each)
            stream.flush()
            print(each, flush=True)
            rows.append(each)
    draw(rows, options.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
