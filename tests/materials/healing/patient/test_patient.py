"""What is known about a patient."""

import pytest

from vertebra.materials.healing.patient.patient import Patient


def test_what_is_not_given_and_what_is_denied_are_the_same():
    assert Patient(smoker=False, t_score=None) == Patient()
    assert Patient()["smoker"] is None
    assert hash(Patient(smoker=True, age_years=70)) == hash(Patient(age_years=70, smoker=True))


def test_a_patient_of_whom_more_is_known_is_another_one():
    patient = Patient(smoker=True)
    assert patient.with_facts(smoker=False, age_years=70) == Patient(age_years=70)
    assert patient == Patient(smoker=True)


@pytest.mark.parametrize(
    ("known", "osteoporotic"),
    [
        ({"osteoporosis": True}, True),
        ({"t_score": -2.5}, True),
        ({"t_score": -2.4}, False),
        ({"density_qct_g_cm3": 0.079}, True),
        ({"density_qct_g_cm3": 0.080}, False),
        ({"osteoporosis": True, "t_score": -3.1}, True),
        ({}, False),
    ],
)
def test_osteoporosis_is_a_diagnosis_a_t_score_or_a_density(known, osteoporotic):
    patient = Patient(**known)
    assert patient.is_osteoporotic == osteoporotic
    assert patient.findings()["osteoporosis"] == osteoporotic


@pytest.mark.parametrize(
    ("known", "share"),
    [
        ({"t_score": -1.75}, 0.5),
        ({"density_qct_g_cm3": 0.11}, 0.75),
        ({"t_score": -4.0}, 0),
        ({"t_score": 1.0}, 1),
        ({}, 0),
    ],
)
def test_bone_lies_between_osteoporotic_and_normal(known, share):
    assert Patient(**known).findings()["normal_bone"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"nsaid_days": (7, 7)}, "nsaid_days is 7 to 7, expected"),
        ({"nsaid_days": (-1, 7)}, "first day of at least 0"),
        ({"smoker": (0, 7)}, "smoker is .*expected true or false"),
        ({"smokr": True}, "'smokr' is not known.*Did you mean 'smoker'"),
        ({"normal_bone": True}, "'normal_bone' is not known"),
        ({"osteoporosis": True, "t_score": -1.0}, "although t_score -1 says otherwise"),
        ({"osteoporosis": True, "density_qct_g_cm3": 0.15}, "although the density says otherwise"),
        ({"t_score": -3.0, "density_qct_g_cm3": 0.05}, "osteoporosis from density, expected one"),
    ],
)
def test_contradictions_and_misspellings_are_refused(known, message):
    with pytest.raises(ValueError, match=message):
        Patient(**known)
