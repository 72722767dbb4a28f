"""The elastic-plastic test of a vertebra between its platens: ultimate load and load-displacement curve."""

from dataclasses import dataclass

from vertebra.fem.plasticity import IMBALANCE, LoadCurve, Plasticity
from vertebra.materials.mixture import MixedProperties
from vertebra.materials.table import value

from .specimen import Specimen

LARGEST_STRAIN = value("failure", "virtual_test.largest_strain")
CLINICAL_STRAIN = value("failure", "virtual_test.clinical_strain")


@dataclass(frozen=True)
class VirtualTest:
    """An axial test to a given shortening, elastic and perfectly plastic, with box yield in principal stress.

    Attributes
    ----------
    curve : LoadCurve
        Amplitude is the approach of the platens [mm], force the axial force [N].
    height_mm : float [mm]
        Bone height of the body as it is; apparent strain is approach over height.
    """

    curve: LoadCurve
    height_mm: float

    @property
    def ultimate_N(self) -> float:
        """Largest force [N]."""
        return self.curve.ultimate

    @property
    def ultimate_strain(self) -> float:
        """Apparent strain at the largest force [-]; a curve that is flat at its end rises to the last equilibrium."""
        return float(self.curve.amplitude[self.curve.force.argmax()] / self.height_mm)

    @property
    def force_at_1p9_percent_N(self) -> float:
        """Force at 1.9 % apparent strain [N]."""
        return self.curve.force_at(CLINICAL_STRAIN * self.height_mm)

    @property
    def stiffness(self) -> float:
        """Force over approach of the first equilibrium [N/mm]."""
        return float(self.curve.force[1] / self.curve.amplitude[1])

    @property
    def n_solves(self) -> float:
        """Iterations of the whole test over those of one cold elastic solve to 1e-8.

        A factorised problem has one iteration or two a solve, and this counts the factorisations of tangents.
        """
        return self.curve.work.iterations / max(self.curve.work.elastic_iterations, 1)

    def row(self) -> dict[str, float]:
        """Numbers of the test by name."""
        return {
            "ultimate_N": self.ultimate_N,
            "ultimate_strain": self.ultimate_strain,
            "force_at_1p9_percent_N": self.force_at_1p9_percent_N,
        }


def run_virtual_test(
    specimen: Specimen,
    properties: MixedProperties,
    *,
    largest_strain: float = LARGEST_STRAIN,
    tolerance: float = IMBALANCE,
) -> VirtualTest:
    """Press a specimen beyond its strength.

    A specimen on a ball joint turns freely on the way: all its modes after the axial one are free.

    Parameters
    ----------
    specimen : Specimen
    properties : MixedProperties
        Of all cells on the day of the test.
    largest_strain : float [-]
        Apparent strain at which the test ends.
    tolerance : float
        Sum of nodal forces out of balance over the reaction.

    Returns
    -------
    VirtualTest

    Raises
    ------
    NotConverged
    """
    test = Plasticity(specimen.problem)
    curve = test.test(
        properties.young,
        properties.poisson,
        properties.strength_compression,
        properties.strength_tension,
        largest=largest_strain * specimen.height_mm,
        free=range(1, test.n_modes),
        stations=(CLINICAL_STRAIN * specimen.height_mm,),
        tolerance=tolerance,
    )
    return VirtualTest(curve, specimen.height_mm)
