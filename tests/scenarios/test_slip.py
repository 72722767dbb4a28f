"""Numbers out of range whose unit is likely another one."""

import pytest

from vertebra.scenarios.reading import ScenarioError, read_scenario
from vertebra.scenarios.slip import Range, likely_slip


def refusal(override, source="main"):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(source, [override])
    return str(caught.value)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("bone.density_qct_mg_cm3=0.1", "0.1 looks like g/cm3: is 100 mg/cm3 meant?"),
        ("bone.density_qct_mg_cm3=1e5", "looks like g/m3: is 100 mg/cm3 meant?"),
        ("fracture.height_loss=17", "17 looks like per cent: is 0.17 meant?"),
        ("healing.endochondral_share=50", "50 looks like per cent: is 0.5 meant?"),
        ("mesh.parametric.edge_mm=0.003", "0.003 looks like m: is 3 mm meant?"),
        ("mesh.parametric.width_superior_mm=4.1", "4.1 looks like cm: is 41 mm meant?"),
        ("mesh.parametric.waist_area_ratio=80", "80 looks like per cent: is 0.8 meant?"),
        ("arms.vertebroplasty.cement.volume_ml=4000", "4000 looks like mm3: is 4 mL meant?"),
        ("patient.age_years=864", "864 looks like months: is 72 years meant?"),
        ("patient.body_mass_kg=62000", "62000 looks like g: is 62 kg meant?"),
        ("healing.curve={days=[0,7],young_MPa=[1,2e8]}", "2e+08 looks like Pa: is 200 MPa meant?"),
        ("healing.curve={days=[0,7],woven=[0,40]}", "40 looks like per cent: is 0.4 meant?"),
    ],
)
def test_the_unit_and_the_value_meant_are_named(override, said):
    message = refusal(override)
    assert message.endswith(said)
    assert "expected" in message


@pytest.mark.parametrize(
    "override",
    [
        "bone.density_qct_mg_cm3=19",  # near the range: it is meant as it stands
        "fracture.height_loss=0.6",
        "mesh.parametric.edge_mm=0.3",
        "patient.t_score=99",
        "healing.days=[0, 5000]",
        "bone.density_qct_mg_cm3=-100",
        "capacity.mu=220",
    ],
)
def test_no_slip_is_made_up(override):
    assert refusal(override).endswith("Correct the value.")


def test_a_surface_in_metres_is_a_slip_of_its_keys_too():
    assert refusal("mesh.surface.shell_mm=0.0004", "surface").endswith(
        "0.0004 looks like m: is 0.4 mm meant?"
    )


@pytest.mark.parametrize("value", [0.05, 1.0, 3.0, float("nan"), 0.0])
def test_numbers_that_are_allowed_or_no_numbers_have_no_slip(value):
    assert likely_slip(value, "mm", Range(low=0.05, high=3.0)) is None
