"""What a result says of arms that end above intact."""

from vertebra.records.capacity.above_intact import above_intact
from vertebra.records.workspace import State
from vertebra.scenarios.reading import read_scenario


def test_an_arm_stronger_than_intact_says_why():
    drugs = (
        "healing.days=[0,730]",
        "arms=[{name='plain'},{name='drug',treatment={drug='teriparatide'}},{name='strong'}]",
    )
    rows = [
        {"arm": arm, "day": day, "capacity_ratio": ratio, "stiffness_ratio": 1.0, "height_mm": 24.0}
        for arm, end in (("intact", 1.0), ("plain", 0.97), ("drug", 1.23), ("strong", 1.1))
        for day, ratio in ((0, 0.9), (730, end))
    ]
    adapted = {"adaptation_gained_mg": 12.0, "adaptation_lost_mg": 2.0}
    states = [
        State(arm, 730, {}, {}, {}, adapted if arm == "strong" else {}, {}, {}, {})
        for arm in ("plain", "drug", "strong")
    ]
    told = above_intact(read_scenario("crush", drugs), rows, states)
    assert len(told) == 2
    assert (
        "arm drug ends at 1.23 times intact: under teriparatide its host bone is 1.32 times as dense"
        in told[0]
    )
    assert "arm strong ends at 1.10 times intact: remodelled bone has gained 10 mg" in told[1]


def ends(stiffness, height, verdict=None):
    """What is said of an arm that ends so stiff and so high, beside an intact body of 24 mm."""
    rows = [
        {"arm": "intact", "day": 0, "capacity_ratio": 1.0, "stiffness_ratio": 1.0, "height_mm": 24.0},
        {
            "arm": "plain",
            "day": 365,
            "capacity_ratio": 0.9,
            "stiffness_ratio": stiffness,
            "height_mm": height,
        },
    ]
    states = [State("plain", 365, {}, {}, {}, verdict or {}, {}, {}, {})]
    return above_intact(
        read_scenario("crush", ("healing.days=[0,365]", "arms=[{name='plain'}]")), rows, states
    )


def test_a_shorter_body_is_stiffer_and_its_bone_is_not():
    (told,) = ends(1.5, 15.0)
    assert told == (
        "arm plain ends at 1.50 times the stiffness of intact: its body is 0.62 times as high, and a shorter column "
        "of the same bone is stiffer; stiffness times height is 0.94 of intact"
    )


def test_what_makes_bone_stiffer_is_named_where_height_does_not_account_for_it():
    (told,) = ends(1.2, 24.0, {"adaptation_gained_mg": 30.0, "adaptation_lost_mg": 10.0})
    assert "as high" not in told
    assert "stiffness times height is 1.20 of intact; remodelled bone has gained 20 mg" in told
    assert "20 mg" not in ends(1.2, 12.0, {"adaptation_gained_mg": 30.0, "adaptation_lost_mg": 10.0})[0]


def test_nothing_is_said_of_arms_below_intact_or_within_what_a_mesh_leaves_open():
    assert ends(0.9, 20.0) == ends(1.01, 24.0) == []
