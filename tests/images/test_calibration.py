import numpy as np
import pytest

from vertebra.images.calibration import Calibration
from vertebra.images.density import bounded, doubts_of_density, require_density, require_hu
from vertebra.images.image import Image, ImageError
from vertebra.images.mask import Mask
from vertebra.images.phantomless import TISSUES, linear_attenuation, phantomless


def test_rods_on_a_line_give_that_line():
    hu = np.array([-5.0, 120.0, 250.0])
    line = Calibration.from_rods(hu, 0.82 * hu + 3, "hydroxyapatite")
    assert line.slope == pytest.approx(0.82)
    assert line.intercept == pytest.approx(3)
    assert "hydroxyapatite" in str(line)


def test_liquid_rods_follow_the_equation_of_their_maker():
    sigma, beta = 1.47, -1002.0
    density, water = np.array([-51.8, -53.4, 58.9, 157.0, 375.8]), np.array([1012.0, 1057, 1103, 1119, 923])
    hu = sigma * density + beta + water
    line = Calibration.from_liquid_rods(hu, density, water)
    assert line.slope == pytest.approx(1 / (sigma - 0.2174))
    assert line.intercept == pytest.approx(-(beta + 999.6) / (sigma - 0.2174))


@pytest.mark.parametrize("slope", [0.0008, 12.0, -0.8])
def test_slopes_that_no_scanner_has_are_refused(slope):
    with pytest.raises(ImageError, match=r"expected 0\.3 to 2"):
        Calibration(slope, 0.0, "k2hpo4", "stated")


@pytest.mark.parametrize(
    ("hu", "density"), [([100.0], [80.0]), ([100.0, 110.0], [80.0, 90.0]), ([0.0, 100], [0.0])]
)
def test_rods_that_are_no_line_are_refused(hu, density):
    with pytest.raises(ImageError, match="expected two or more rods"):
        Calibration.from_rods(np.array(hu), np.array(density), "k2hpo4")


def computed_hu(energy, names):
    """HU of tissues from their attenuation, as a scanner without error shows them."""
    water = linear_attenuation("water", energy)
    return {name: float(1000 * (linear_attenuation(name, energy) / water - 1)) for name in names}


@pytest.mark.parametrize("energy", [60.0, 72.0, 85.0])
@pytest.mark.parametrize("names", [TISSUES[:4], TISSUES])
def test_computed_tissues_give_back_the_energy_and_the_density_of_a_solution(energy, names):
    line = phantomless(computed_hu(energy, names))
    salt = linear_attenuation("k2hpo4", energy) / 2.44
    water = linear_attenuation("water", energy)
    solution = 0.1 * salt + (1 - 0.1 / 2.44) * water  # 100 mg/cm3
    assert f"{energy:.1f} keV" in line.how
    assert line.slope * 1000 * (solution / water - 1) + line.intercept == pytest.approx(100, abs=0.5)


def test_a_scanner_that_shows_all_hu_too_high_is_corrected():
    right, wrong = (
        phantomless({n: a * hu + b for n, hu in computed_hu(72.0, TISSUES).items()})
        for a, b in ((1, 0), (1.04, 8))
    )
    assert wrong.slope * (1.04 * 130 + 8) + wrong.intercept == pytest.approx(
        right.slope * 130 + right.intercept, abs=1e-6
    )


def test_attenuation_agrees_with_the_tables_of_nist():
    assert linear_attenuation("water", np.array([60.0, 80.0, 100.0])) == pytest.approx(
        [0.2059, 0.1837, 0.1707], abs=1e-4
    )
    assert linear_attenuation("cortical_bone", 60.0) / 1.92 == pytest.approx(0.3148, abs=1e-4)


def test_tissues_are_needed_and_must_look_like_themselves():
    hu = computed_hu(72.0, TISSUES[:4])
    with pytest.raises(ImageError, match="blood is missing"):
        phantomless({name: value for name, value in hu.items() if name != "blood"})
    with pytest.raises(ImageError, match="found 180 HU of blood"):
        phantomless(hu | {"blood": 180.0})


def boxed(value, outside=0.0):
    values = np.full((6, 6, 6), float(outside))
    values[2:4, 2:4, 2:4] = value
    return Image(values, np.eye(4), "image"), Mask(values == value, Image(values, np.eye(4)))


def test_unit_slips_of_densities_are_named():
    image, mask = boxed(0.12)
    assert require_density(image, mask, "g/cm3").values.max() == pytest.approx(120)
    with pytest.raises(ImageError, match="looks like g/cm3: is 120 mg/cm3 meant"):
        require_density(image, mask, "mg/cm3")
    image, mask = boxed(120)
    with pytest.raises(ImageError, match="looks like mg/cm3: is 120 mg/cm3 meant"):
        require_density(image, mask, "g/cm3")
    image, mask = boxed(120, outside=-1000)
    with pytest.raises(ImageError, match=r"found air at -1000.*these look like HU"):
        doubts_of_density(require_density(image, mask, "mg/cm3"), mask)


@pytest.mark.parametrize(("value", "hint"), [(1100.0, "Raw values of scanners"), (0.15, "density in g/cm3")])
def test_what_is_no_hu_is_refused(value, hint):
    image, mask = boxed(value + (200 if value > 1 else 0))
    with pytest.raises(ImageError, match=hint):
        require_hu(image, mask)


def test_bounds_keep_the_mineral():
    rng = np.random.default_rng(5)
    density, volume = rng.normal(60, 35, 2000), rng.uniform(0.5, 2, 2000)
    held = bounded(density, volume, 10, 120, "image")
    assert held.density.min() >= 10
    assert held.density.max() <= 120
    assert held.density @ volume == pytest.approx(density @ volume, rel=1e-9)
    assert held.raised == (density < 10).sum()
    assert held.lowered == (density > 120).sum()


def test_a_body_of_marrow_alone_is_refused():
    with pytest.raises(ImageError, match="calibration or mask do not fit"):
        bounded(np.array([1.0, 2, 100]), np.ones(3), 10, 1600, "image")
