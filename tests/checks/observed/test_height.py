"""Rows of height: what is read from the courses, and one short course."""

import pytest
from scipy.special import ndtr

from vertebra.checks.observed import height
from vertebra.checks.observed.bench import days_of, followed, patient
from vertebra.checks.observed.height import Spread, height_rows, later_rows
from vertebra.checks.observed.rows import cohort_of
from vertebra.scenarios.reading import read_scenario


def state(ratio, angle=5.0):
    return {
        "height_anterior_ratio": ratio,
        "height_anterior_mm": 25 * ratio,
        "height_posterior_mm": 25.0,
        "wedge_angle_deg": angle,
    }


def course(lost, brace=False, **schedule):
    """Loses `lost` in half a year: three fifths of it in a month, all but a twentieth in four."""
    days = {0: 0.0, 28: 0.6, 112: 0.95, 182: 1.0}
    return {
        ("conservative", day): state(0.8 - part * lost, 5 + 100 * part * lost) for day, part in days.items()
    }


@pytest.fixture
def stubbed(monkeypatch):
    """Every day of rest saves a point, a brace two; a cleft costs three, light bone ten."""

    def stub(*, density=None, rest_days=0, brace=False, cleft_mm=0.0):
        lost = 0.30 - 0.01 * rest_days - 0.02 * brace + 0.03 * (cleft_mm > 0) - 0.10 * (density == 100.0)
        return course(lost)

    monkeypatch.setattr(height, "_course", stub)
    return height_rows()


def test_rows_read_what_they_claim(stubbed):
    def only(name):
        return stubbed[name][""]

    assert only("T1") == pytest.approx(60)
    assert only("T1_density") == pytest.approx(50)
    assert only("T2") == pytest.approx(0.14 / 0.28)
    assert only("T2_kyphosis") == pytest.approx(0.14 / 0.28)
    assert list(stubbed["T3"].values()) == pytest.approx([28, 31])
    assert only("T4") == pytest.approx(4)
    assert only("T4_brace") == pytest.approx(2)
    assert only("T5") == pytest.approx(0.6)
    assert only("T5_late") == pytest.approx(0.05)


def test_share_of_patients_is_that_of_a_normal_spread_of_log_pace():
    spread = Spread([], never=0.2, entry_day=0)
    tenth = 1.2815515655446004  # 90 % of a normal distribution lie below
    values = [1 - tenth, 1.0, 1 + tenth, 9.0]  # one per standard deviation
    assert spread.share(values, 2.0) == pytest.approx(0.8 * (1 - ndtr(1.0)) + 0.2, abs=0.003)
    assert spread.share(values, 10.0) == 0.0


def test_later_loss_is_counted_from_the_day_of_entry(monkeypatch):
    def patients(bare, filled):
        heights = {0: 0.9, 28: 0.75, 29: 0.75, 332: 0.75, 393: 0.75}
        return {
            (arm, day): state(ratio - lost * (day > 28))
            for day, ratio in heights.items()
            for arm, lost in (("conservative", bare), ("vertebroplasty", filled))
        } | {
            ("kyphoplasty", day): state(0.75 + gained)
            for day, gained in {28: 0.1, 29: 0.08, 332: 0.05 - 2 * filled, 393: 0.0}.items()
        }

    courses = [patients(0.0, 0.0), patients(0.1, 0.01), patients(0.2, 0.02), patients(0.3, 0.12)]
    monkeypatch.setattr(height, "_spread", lambda: Spread(courses, never=0.2, entry_day=28))
    monkeypatch.setattr(height, "_loaded_specimen", lambda: {**raised(0, 0.1), **raised(1, 0.08)})
    found = later_rows()
    assert found["T9"][""] == pytest.approx(0.8 * 0.5 + 0.2)  # the median loses just 0.1
    assert found["T9_cement"][""] == pytest.approx(0.2)  # who never unites
    assert found["T11"]["vertebroplasty"] == pytest.approx(0.2)
    steep = 0.8 * (1 - ndtr(0.03 / 0.02 * 1.2816)) + 0.2
    assert found["T11"]["kyphoplasty"] == pytest.approx(steep, abs=0.003)
    assert found["T11_restored"][""] == pytest.approx(2.5)  # a tenth of 25 mm
    assert found["T11_loading"][""] == pytest.approx(0.2)
    assert found["T11_lost"]["median patient"] == pytest.approx(0.7)
    assert found["T11_lost"]["never unites"] == pytest.approx(2.9)
    assert found["T10"][""] == pytest.approx(0.8 * (1 - ndtr(0.05 / 0.1 * 1.2816)) + 0.2, abs=0.003)


def raised(day, gained):
    return {("conservative", day): state(0.75), ("kyphoplasty", day): state(0.75 + gained)}


@pytest.mark.parametrize(
    ("rest", "brace", "words"), [(0, False, ["standing"]), (14, True, ["lying", "standing"])]
)
def test_days_of_a_schedule_are_phases(rest, brace, words):
    phases = read_scenario("main", (f"loading.phases={days_of(rest, brace=brace)}",)).loading.phases
    assert [phase.activity for phase in phases] == words
    assert (phases[-1].from_day, phases[-1].brace) == (rest, brace)


def test_a_patient_is_as_the_table_says_and_loses_height_in_a_day():
    known = cohort_of("T1")
    vertebra = patient(known, "healing.days=[0,1]")
    assert vertebra.scenario.bone.density_qct_mg_cm3 == known["density_qct_mg_cm3"]
    found = followed(vertebra)
    first, later = (found["conservative", day]["height_anterior_ratio"] for day in (0, 1))
    assert first == pytest.approx(known["anterior_height"], abs=1e-3)
    assert 0.01 < first - later < 0.1
