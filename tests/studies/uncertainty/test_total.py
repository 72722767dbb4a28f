"""The total band of a coarse run: where it lies, what resuming makes of it, which inputs make it."""

import json

import pytest
from coarse_runs import by_arm_and_day

import vertebra
from vertebra.commands.cli import status
from vertebra.records.columns import total_name
from vertebra.records.tables import read_csv
from vertebra.studies.uncertainty import total
from vertebra.studies.uncertainty.sampled import SampleWorker

WORDS = (
    *("run", "crush", "--quiet", "--set", "mesh.parametric.edge_mm=4", "--set", "mesh.order=1"),
    *("--set", "output.pictures=false", "--set", "output.fields=[]", "--set", "capacity.virtual_test=off"),
    *("--set", "uncertainty.bands=off", "--set", "healing.days=[0,1]", "--set", "capacity.rule=section"),
    *("--set", "uncertainty.total=on", "--set", "uncertainty.samples=32"),
)


@pytest.fixture(scope="module")
def courses():
    """Courses that have been followed, by their samples."""
    return {}


@pytest.fixture(scope="module")
def sampled(tmp_path_factory, courses):
    out, follow = tmp_path_factory.mktemp("sampled") / "r", total._courses

    def noted(scenario, samples, *others):
        found = follow(scenario, samples, *others)
        courses.update(zip(map(str, samples), found, strict=True))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(total, "_courses", noted)
        assert status([*WORDS, "--out", str(out)]) == 0
    return out


def test_the_band_is_about_the_curve_and_wider_than_nothing(sampled):
    for (_, day), row in by_arm_and_day(sampled).items():
        low, high = (row[total_name("capacity_N", end)] for end in ("p10", "p90"))
        assert 0.4 * row["capacity_N"] < low < high < 1.6 * row["capacity_N"]
        assert low < row["capacity_N"]
        height = [row[total_name("height_mm", end)] for end in ("p10", "p90")]
        assert height[0] <= height[1]
        assert (height[0] == height[1]) == (day == 0)


def test_inputs_are_listed_with_their_shares_and_the_error_behind_them(sampled):
    rows = read_csv(sampled / "influence.csv")
    assert {row["arm"] for row in rows} == {"intact", "conservative"}
    for row in rows:
        assert row["low"] < row["high"]
        assert row["total_order"] >= 0.005
        assert row["first_order"] <= row["total_order"] + 0.1
        assert row["surrogate_error"] > 0
    manifest = json.loads((sampled / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["total_band"]["samples"] == 32
    page = (sampled / "report.html").read_text(encoding="utf-8")
    assert "How uncertain this is" in page
    assert rows[0]["input"] in page


def test_the_samples_of_an_interrupted_run_are_not_followed_again(sampled, courses, tmp_path, monkeypatch):
    followed = []

    def interrupted_at_the_tenth(worker, sample):
        followed.append(str(sample))
        if len(followed) == 10:
            raise KeyboardInterrupt
        return courses[str(sample)]

    monkeypatch.setattr(SampleWorker, "course", interrupted_at_the_tenth)
    monkeypatch.setattr(
        "vertebra.studies.writing.executor_of", lambda *_: vertebra.studies.executors.here.Here()
    )
    words = [*WORDS, "--resume", "--out", str(tmp_path / "r")]
    assert status(words) == 130
    assert status(words) == 0
    assert followed == [*list(courses)[:10], *list(courses)[8:]]  # two parts of four were kept
    assert len(courses) == 33
    for name in ("capacity.csv", "influence.csv"):
        assert (tmp_path / "r" / name).read_bytes() == (sampled / name).read_bytes()
