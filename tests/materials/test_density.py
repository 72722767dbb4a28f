"""Density as a typed quantity."""

import numpy as np
import pytest

from vertebra.materials.density import ApparentDensity, AshDensity, QctDensity, to_apparent, to_ash, to_qct

RHO = np.array([0.05, 0.10, 0.20])


def test_ash_is_0_6_of_apparent():
    np.testing.assert_allclose(to_ash(ApparentDensity(RHO)).g_cm3, 0.6 * RHO)
    np.testing.assert_allclose(to_apparent(QctDensity(RHO)).g_cm3, RHO / 0.6)


@pytest.mark.parametrize("kind", [QctDensity, AshDensity, ApparentDensity])
@pytest.mark.parametrize(
    ("there", "back"), [(to_qct, QctDensity), (to_ash, AshDensity), (to_apparent, ApparentDensity)]
)
def test_conversion_there_and_back_returns_the_density(kind, there, back):
    back_again = {QctDensity: to_qct, AshDensity: to_ash, ApparentDensity: to_apparent}[kind]
    assert type(there(kind(RHO))) is back
    np.testing.assert_allclose(back_again(there(kind(RHO))).g_cm3, RHO)


def test_mg_cm3_is_a_thousandth():
    np.testing.assert_allclose(QctDensity.from_mg_cm3(110).g_cm3, 0.110)


@pytest.mark.parametrize("wrong", [0.0, -0.02, np.nan])
def test_no_density_is_refused(wrong):
    with pytest.raises(ValueError, match=r"1 of 3 values out of range.*index 1.*positive density"):
        QctDensity(np.array([0.1, wrong, 0.2]))


def test_mg_given_as_g_is_recognised():
    with pytest.raises(ValueError, match="Is it in mg/cm3"):
        QctDensity(110.0)


def test_g_given_as_mg_is_recognised():
    with pytest.raises(ValueError, match="factor of 1000"):
        QctDensity.from_mg_cm3(0.11)


def test_a_density_cannot_be_edited_through_the_array_it_came_from():
    given = RHO.copy()
    density = QctDensity(given)
    given[0] = 0.3
    assert density.g_cm3[0] == RHO[0]
    with pytest.raises(ValueError, match="read-only"):
        density.g_cm3[0] = 0.3


def test_bare_array_is_refused():
    with pytest.raises(TypeError, match="typed density"):
        to_qct(RHO)


def test_compaction_keeps_the_kind():
    compacted = ApparentDensity(RHO).times(np.array([1.0, 1.4, 2.0]))
    assert type(compacted) is ApparentDensity
    np.testing.assert_allclose(compacted.g_cm3, RHO * [1.0, 1.4, 2.0])


def test_bone_is_pressed_up_to_solid_and_no_further():
    before = QctDensity(np.array([0.1, 0.9, 1.5]))
    np.testing.assert_allclose(before.pressed(1.4).g_cm3, [0.14, 1.26, 1.6])
    np.testing.assert_allclose(before.pressed(np.array([2.0, 2.0, 0.5])).g_cm3, [0.2, 1.6, 0.75])
