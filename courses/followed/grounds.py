"""Where the grounds of a walk come from: each is made when a geometry is reached."""

from vertebra.models.collapsing import Collapsing
from vertebra.models.geometry import Geometry
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.procedures.cement_section import Cement

from .filling import Filling, fill
from .ground import Ground


class Grounds:
    """Makes the grounds of a walk; nothing is kept.

    A subclass may keep what other walks can use, as long as what it gives does not depend on the walks before.
    """

    def of(self, vertebra: VertebraModel, geometry: Geometry) -> Ground:
        """Ground of a geometry."""
        return Ground.of(vertebra, geometry)

    def at(self, vertebra: VertebraModel, shapes: Collapsing, height_loss: float) -> Ground:
        """Ground of a body at a residual loss.

        Raises
        ------
        ValueError
            Where cells would be turned inside out.
        """
        return self.of(vertebra, shapes.at(height_loss))

    def renewed(self, vertebra: VertebraModel, ground: Ground) -> Ground:
        """Same ground for a state that is solved by itself."""
        return ground.renewed(vertebra)

    def filling(
        self, vertebra: VertebraModel, cement: Cement, shapes: Collapsing, height_loss: float
    ) -> Filling:
        """Cement in a body at a residual loss."""
        return fill(cement, shapes, height_loss, vertebra.anatomy.density)
