"""Laws of intact bone."""

import numpy as np
import pytest

from vertebra.materials import bone
from vertebra.materials.density import ApparentDensity, AshDensity, QctDensity

RHO = np.array([0.05, 0.075, 0.10, 0.15, 0.20])


@pytest.mark.parametrize(
    ("law", "density", "expected"),
    [
        ("kopperdahl2002", QctDensity(RHO), 2980 * RHO**1.05),
        ("kopperdahl2002_linear", QctDensity(RHO), -34.7 + 3230 * RHO),
        ("kopperdahl2002_side", QctDensity(RHO), 1.28 * 2980 * RHO**1.05),
        ("morgan2003", ApparentDensity(RHO), 4730 * RHO**1.56),
        ("kopperdahl_keaveny1998", ApparentDensity(RHO), -80 + 2100 * RHO),
        ("keaveny1997", ApparentDensity(RHO), -58 + 1540 * RHO),
        ("keller1994", AshDensity(RHO), 1890 * RHO**1.92),
    ],
)
def test_modulus_is_the_published_formula(law, density, expected):
    np.testing.assert_allclose(bone.young_modulus(density, law), expected)


@pytest.mark.parametrize(
    ("law", "density", "expected"),
    [
        ("kopperdahl2002", QctDensity(RHO), 37.4 * RHO**1.39),
        ("kopperdahl2002_linear", QctDensity(RHO), -0.75 + 24.9 * RHO),
        ("kopperdahl2002_side", QctDensity(RHO), 1.28 * 1.2 * 37.4 * RHO**1.39),
        ("morgan_keaveny2001", ApparentDensity(RHO), 32.6 * RHO**1.60),
    ],
)
def test_strength_is_the_published_formula(law, density, expected):
    np.testing.assert_allclose(bone.strength(density, law)[0], expected)


def test_every_law_is_covered_above():
    covered = {"kopperdahl2002", "kopperdahl2002_linear", "kopperdahl2002_side", "morgan2003"}
    assert set(bone.modulus_laws()) == covered | {"kopperdahl_keaveny1998", "keaveny1997", "keller1994"}
    known = {bone.strength_law_for(law) for law in bone.modulus_laws()} | {"constant_yield_strain"}
    assert known == set(bone.strength_laws())


def test_tension_is_nine_tenths_of_compression_unless_the_source_says_otherwise():
    compression, tension = bone.strength(QctDensity(RHO))
    np.testing.assert_allclose(tension, 0.9 * compression)
    _, tension = bone.strength(ApparentDensity(RHO), "morgan_keaveny2001")
    np.testing.assert_allclose(tension, 22.6 * RHO**1.26)


def test_a_law_receives_the_density_that_it_was_measured_on():
    """The unit trap: QCT 0.12 g/cm3 gives 322 MPa by one law and 384 by the other, not 173."""
    density = QctDensity(0.12)
    kopperdahl, morgan = bone.young_modulus(density), bone.young_modulus(density, "morgan2003")
    np.testing.assert_allclose(morgan, 4730 * (0.12 / 0.6) ** 1.56)
    np.testing.assert_allclose([kopperdahl, morgan], [322, 384], atol=0.6)
    assert abs(morgan / kopperdahl - 1) < 0.2
    wrong = bone.young_modulus(ApparentDensity(0.12), "morgan2003")
    np.testing.assert_allclose(wrong, 173, atol=0.6)


def test_yield_strain_of_the_default_laws_lies_in_the_measured_range():
    ratio = bone.strength(QctDensity(RHO))[0] / bone.young_modulus(QctDensity(RHO))
    assert np.all((ratio > 0.0044) & (ratio < 0.0074))


def test_linear_law_below_its_range_is_refused():
    with pytest.raises(ValueError, match=r"-34\.7.*Use the power law"):
        bone.young_modulus(QctDensity(0.010), "kopperdahl2002_linear")


def test_unknown_law_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'kopperdahl'.*expected one of kopperdahl2002,"):
        bone.young_modulus(QctDensity(0.1), "kopperdahl")


def test_shell_follows_the_root_of_density():
    np.testing.assert_allclose(bone.shell_young(QctDensity(RHO)), 6000 * np.sqrt(RHO / 0.10))
    np.testing.assert_allclose(bone.shell_young(ApparentDensity(RHO)), 6000 * np.sqrt(0.6 * RHO / 0.10))


def test_cortex_breaks_at_fixed_strains():
    compression, tension = bone.cortex_strength(bone.endplate_young())
    np.testing.assert_allclose([compression, tension], [0.0067 * 3000, 0.0042 * 3000])
    assert bone.poisson() == 0.3


def test_transverse_constants_are_those_of_the_source():
    """It gives nu_xz = 0.104 and G_xy = 0.121 E_z; nu_zx follows by symmetry, G_xy by isotropy across."""
    found = bone.anisotropy_constants("transverse")
    assert bone.anisotropies() == ("none", "transverse")
    assert found["poisson_axial"] * found["young"] == pytest.approx(0.104, abs=5e-4)
    assert found["young"] / (2 * (1 + found["poisson_transverse"])) == pytest.approx(0.121, abs=5e-4)
    with pytest.raises(ValueError, match="transverse"):
        bone.anisotropy_constants("oblique")


def test_a_constant_yield_strain_makes_strength_follow_stiffness():
    for law in bone.modulus_laws():
        density = QctDensity(np.array([0.08, 0.2]))
        compression, tension = bone.strength(density, "constant_yield_strain", law)
        assert compression / bone.young_modulus(density, law) == pytest.approx(0.0064)
        assert tension / compression == pytest.approx(0.9)
