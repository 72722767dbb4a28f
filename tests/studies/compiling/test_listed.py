"""The list of kernels: what a scenario gets of it, how it is recorded, and that it is what runs call."""

import os
from contextlib import nullcontext

import pytest

from vertebra.kernels.specialisation import named
from vertebra.scenarios.reading import read_scenario
from vertebra.studies.compiling import beginning, listed, recording
from vertebra.studies.compiling.listed import features, read_list, write_list

LINEAR, QUADRATIC, CEMENT = frozenset({"order=1"}), frozenset({"order=2"}), frozenset({"order=2", "cement"})
compiled = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled, so nothing is listed"
)


def test_features_are_what_a_scenario_says():
    main = features(read_scenario("main"))
    assert {
        "order=2",
        "cement",
        "cement=vertebroplasty",
        "healing",
        "law=kinetic",
        "anatomy=parametric",
    } <= main
    intact = features(read_scenario("intact", ["mesh.order=1"]))
    assert {"order=1", "fracture=none"} <= intact
    assert not any(feature.startswith(("cement", "healing", "law")) for feature in intact)
    assert "anatomy=surface.fit" in features(read_scenario("surface"))


def test_a_scenario_gets_the_kernels_whose_needs_it_has(tmp_path, monkeypatch):
    rows = [("a", frozenset()), ("b", QUADRATIC), ("c", LINEAR), ("d", CEMENT)]
    file = tmp_path / "kernels.csv"
    write_list(rows, file)
    assert read_list(file) == rows
    monkeypatch.setattr(listed, "read_list", lambda: rows)
    assert listed.listed(read_scenario("main")) == ["a", "b", "d"]
    assert listed.listed(read_scenario("intact")) == ["a", "b"]


def test_a_kernel_needs_the_fewest_features_that_tell_its_runs_from_others():
    runs = [(LINEAR, ["a", "c"]), (QUADRATIC, ["a", "b"]), (CEMENT, ["a", "b", "d"])]
    assert recording.rows_of(runs) == [
        ("a", frozenset()),
        ("c", LINEAR),
        ("b", QUADRATIC),
        ("d", frozenset({"cement"})),
    ]


def test_of_two_features_of_a_kind_the_general_one_is_kept():
    runs = [(CEMENT | {"cement=vertebroplasty"}, ["a"]), (QUADRATIC, [])]
    assert recording.needs_of("a", runs) == frozenset({"cement"})


def test_a_kernel_that_no_feature_tells_apart_is_listed_for_all_alike():
    runs = [(QUADRATIC, ["a"]), (QUADRATIC, []), (LINEAR, [])]
    assert recording.needs_of("a", runs) == QUADRATIC


@compiled
def test_names_that_the_code_does_not_know_any_more_are_left_out(monkeypatch):
    name = read_list()[0][0]
    kernel, _ = named(name)
    monkeypatch.setattr(kernel._cache, "holds", lambda signature: False)
    assert beginning.missing([name, "fem.gone:_kernel(int64)", "fem.solve:_gone(int64)"]) == [name]
    monkeypatch.setattr(kernel._cache, "holds", lambda signature: True)
    assert beginning.missing([name]) == []


@compiled
def test_nothing_is_compiled_ahead_where_it_cannot_be_kept(monkeypatch):
    name = read_list()[0][0]
    monkeypatch.setattr(named(name)[0]._cache, "_files", None)
    assert beginning.missing([name]) == []


@pytest.mark.parametrize(
    ("threads", "processors", "helpers"), [(None, 2, 1), (1, 2, 0), (None, 1, 0), (None, 64, 3)]
)
def test_there_is_one_helper_fewer_than_threads(monkeypatch, threads, processors, helpers):
    started = []
    monkeypatch.setattr(beginning, "_PROCESSORS", processors)
    monkeypatch.setattr(beginning, "missing", list)
    monkeypatch.setattr(
        beginning, "helpers", lambda names, count: started.append(count if names else 0) or nullcontext()
    )
    asked = () if threads is None else (f"solver.threads={threads}",)
    with beginning.compiled_ahead(read_scenario("main", asked)):
        pass
    assert started == [helpers]


@compiled
@pytest.mark.parametrize("words", [("main", "mesh.order=1"), ("intact",)])
def test_a_run_calls_the_kernels_that_are_listed_for_it(words):
    scenario = read_scenario(*words[:1], words[1:])
    _, called = recording.record(*words)
    assert sorted(called) == sorted(listed.listed(scenario)), (
        "the list has aged: python -m vertebra.studies.compiling.recording"
    )
