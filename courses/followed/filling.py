"""Cement in a body that goes on losing height, as it is on the day of the injection."""

from dataclasses import dataclass

from vertebra.materials.density import Density
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.models.anatomy import inject
from vertebra.models.collapsing import Collapsing
from vertebra.models.geometry import Geometry
from vertebra.models.kyphoplasty import filled, raised
from vertebra.scenarios.procedures.cement_section import Cement


@dataclass(frozen=True, eq=False)
class Filling:
    """A body filled with cement.

    Attributes
    ----------
    shapes : Collapsing
        With the cement.
    height_loss : float [-]
        That a kyphoplasty has left.
    said : str
        What was done, in words.
    """

    shapes: Collapsing
    height_loss: float
    said: str


def fill(cement: Cement, shapes: Collapsing, height_loss: float, density: Density) -> Filling:
    """Inject cement at a residual loss of height; a kyphoplasty raises the body first.

    Parameters
    ----------
    cement : Cement
    shapes : Collapsing
        Of the body before.
    height_loss : float [-]
    density : Density, shape (b,)
        Of the bone cells before the fracture.
    """
    start, loss = raised(shapes, height_loss, cement)
    placed, said = _placed(start.at(loss), cement, density)
    return Filling(filled(start, loss, placed, cement), loss, said)


def _placed(body: Geometry, cement: Cement, density: Density) -> tuple[CementPlacement, str]:
    """Placement in a body, of what fits where the wanted volume does not any more; also what was done, in words."""
    try:
        placed, less = inject(body, cement, density), ""
    except ValueError:
        placed = inject(body, cement.model_copy(update={"volume_ml": None, "cavity_ml": None}), density)
        less = f" in place of {cement.wanted_ml:g} mL, for which the collapsed body has no room"
    touching = {0: "no endplate", 1: "one endplate", 2: "both endplates"}[placed.contacts]
    what = "cement in a cavity" if cement.filling == "cavity" else "bone filled with cement"
    return placed, f"{placed.volume_ml:.2f} mL of {what}{less}, touching {touching}"
