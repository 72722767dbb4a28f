"""FEB: a model of FEBio, format 4.0.

FEBio has no linear elasticity: "isotropic elastic" is St. Venant-Kirchhoff, which tends to it for small strains. The
displacement of the platen is written a thousandth of what it is, so that the reaction is a thousandth, too.

Format: FEBio user's manual 4, chapter 3.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from vertebra.meshes.tetmesh import REGIONS

from .model import ExportModel, approach

SCALE = 1e-3
"""Of the displacements that are written."""
_ELEMENTS = {1: "tet4", 2: "tet10"}


def write_feb(model: ExportModel, path: Path) -> None:
    """Write mesh, sets, moduli of every element, supports and the displacement of the platen.

    Parameters
    ----------
    model : ExportModel
    path : Path
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _lines(model))


def _lines(model: ExportModel) -> Iterator[str]:
    mesh = model.mesh
    regions = [(REGIONS[i], np.flatnonzero(mesh.region == i)) for i in np.unique(mesh.region).tolist()]
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<febio_spec version="4.0">'
    yield f"<!-- {escape(model.title).replace('--', '- -')}; mm, N, MPa -->"
    yield (
        f"<!-- Displacements times {SCALE:g}: the reaction of superior_face should be {-SCALE * model.force_N:g} "
        f"N along z. "
        "Written to the format, not run by its authors. -->"
    )
    yield '<Module type="solid"/>'
    yield (
        "<Control><analysis>STATIC</analysis><time_steps>1</time_steps><step_size>1</step_size>"
        '<solver type="solid"><symmetric_stiffness>symmetric</symmetric_stiffness><dtol>1e-9</dtol><etol>1e-9</etol>'
        "<rtol>0</rtol></solver></Control>"
    )
    yield "<Material>"
    for number, (name, _) in enumerate(regions, 1):
        yield (
            f'<material id="{number}" name="{name}_bone" type="isotropic elastic"><density>1</density>'
            f'<E type="map">young_{name}</E><v type="map">poisson_{name}</v></material>'
        )
    yield "</Material>"
    yield '<Mesh><Nodes name="nodes">'
    for number, point in enumerate(mesh.points.tolist(), 1):
        yield f'<node id="{number}">{",".join(map(repr, point))}</node>'
    yield "</Nodes>"
    for name, members in regions:
        yield f'<Elements type="{_ELEMENTS[mesh.order]}" name="{name}">'
        for number, nodes in zip((members + 1).tolist(), (mesh.cells[members] + 1).tolist(), strict=True):
            yield f'<elem id="{number}">{",".join(map(str, nodes))}</elem>'
        yield "</Elements>"
    for name, nodes in mesh.node_sets.items():
        yield f'<NodeSet name="{name}">{",".join(map(str, (nodes + 1).tolist()))}</NodeSet>'
    yield "</Mesh><MeshDomains>"
    for name, _ in regions:
        yield f'<SolidDomain name="{name}" mat="{name}_bone"/>'
    yield "</MeshDomains><MeshData>"
    for name, members in regions:
        for quantity, values in (("young", model.young), ("poisson", model.poisson)):
            yield f'<ElementData name="{quantity}_{name}" elem_set="{name}">'
            for number, value in enumerate(values[members].tolist(), 1):
                yield f'<e lid="{number}">{value!r}</e>'
            yield "</ElementData>"
    if model.turns:
        for axis, letter in enumerate("xyz"):
            yield f'<NodeData name="platen_{letter}" node_set="superior_face">'
            for number, value in enumerate((SCALE * model.platen[:, axis]).tolist(), 1):
                yield f'<node lid="{number}">{value!r}</node>'
            yield "</NodeData>"
    yield "</MeshData><Boundary>"
    yield (
        '<bc name="held" node_set="inferior_face" type="zero displacement"><x_dof>1</x_dof><y_dof>1</y_dof>'
        "<z_dof>1</z_dof></bc>"
    )
    for letter in "xyz":
        if model.turns:
            value = f'<value lc="1" type="map">platen_{letter}</value>'
        else:
            value = f'<value lc="1">{-SCALE * approach(model) if letter == "z" else 0.0!r}</value>'
        yield (
            f'<bc name="platen_{letter}" node_set="superior_face" type="prescribed '
            f'displacement"><dof>{letter}</dof>{value}'
            "<relative>0</relative></bc>"
        )
    yield "</Boundary>"
    yield (
        '<LoadData><load_controller id="1" name="ramp" type="loadcurve"><interpolate>LINEAR</interpolate>'
        "<extend>CONSTANT</extend><points><pt>0,0</pt><pt>1,1</pt></points></load_controller></LoadData>"
    )
    yield (
        '<Output><plotfile type="febio"><var type="displacement"/><var type="stress"/></plotfile>'
        '<logfile><node_data data="Rx;Ry;Rz" node_set="superior_face" file="reaction.csv" '
        'delim=","/></logfile></Output>'
    )
    yield "</febio_spec>"
