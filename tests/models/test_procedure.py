from vertebra.models.procedure import aging, injection_of
from vertebra.scenarios.procedures.cement_section import Cement


def test_injection_takes_over_what_the_scenario_says():
    cement = Cement(
        day=0,
        approach="unipedicular",
        side="left",
        target_across=0.5,
        spread=1.5,
        fill="spongy",
        seed=4,
        contacts="one",
    )
    injection = injection_of(cement)
    assert (injection.approach, injection.contacts, injection.fill, injection.seed) == (
        "unipedicular",
        "one",
        "spongy",
        4,
    )
    assert (injection.needle.hand, injection.needle.across, injection.needle.depth) == (-1, 0.5, None)
    assert injection.spread == 1.5
    assert injection.resistance is not None
    assert injection.resistance.grain_mm == 5.0


def test_blocky_and_cavity_cement_take_no_resistance():
    for fill in ("blocky", "cavity"):
        injection = injection_of(Cement(day=0, fill=fill))
        assert (injection.fill, injection.resistance) == ("blocky", None)


def test_aging_says_when_cement_carries_load_and_what_is_left_of_it():
    assert aging(Cement(day=7)) == []
    assert aging(Cement(day=7, setting_hours=60.0)) == [
        "the cement sets in 60 h and carries load from day 9 on"
    ]
    (told,) = aging(Cement(day=7, product="calcium_phosphate"))
    assert "20 % of the cement a year" in told
