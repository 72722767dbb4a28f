"""Broken scenarios and studies made by chance: a value of the wrong kind, a key misspelt, a file damaged."""

import tomllib
from copy import deepcopy

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from vertebra.scenarios.catalogue import bundled_file, bundled_names
from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.reading import read_scenario
from vertebra.scenarios.schema import Scenario
from vertebra.studies.sweep.reading import BUNDLED, read_study, study_of

SCENARIOS = {name: tomllib.loads(bundled_file(name).read_text(encoding="utf-8")) for name in bundled_names()}
STUDY = tomllib.loads((BUNDLED / "density.toml").read_text(encoding="utf-8"))
BY_CHANCE = settings(
    derandomize=True,
    deadline=None,
    max_examples=70,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
_LATE = {"file", "image", "mask"}
"""Keys whose text is checked as a path."""


def leaves(tables, path=()):
    """Paths of all single values."""
    items = tables.items() if isinstance(tables, dict) else enumerate(tables)
    for key, value in items:
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def holder(tables, path):
    for step in path[:-1]:
        tables = tables[step]
    return tables


def wrong_for(value):
    """Values that no key takes which takes this one."""
    if isinstance(value, bool):
        return st.one_of(st.integers(), st.floats(), st.lists(st.booleans()), st.just({}))
    if isinstance(value, int | float):
        return st.one_of(
            st.text(), st.booleans(), st.just(float("nan")), st.just(float("inf")), st.lists(st.none())
        )
    if isinstance(value, str):
        return st.one_of(
            st.integers(), st.floats(allow_nan=True), st.booleans(), st.lists(st.integers()), st.just({})
        )
    return st.one_of(st.text(min_size=1), st.integers(), st.booleans(), st.just({"a": 1}))


def refusal(read, *arguments):
    """Message of the refusal; None where the input is accepted. Any other error is a fault."""
    try:
        read(*arguments)
    except ScenarioError as error:
        return str(error)
    return None


def refusal_of(tables):
    return refusal(Scenario.of_tables, tables, "mine.toml")


@BY_CHANCE
@given(data=st.data())
def test_a_value_of_another_kind_is_refused_by_its_key(data):
    name = data.draw(st.sampled_from(sorted(SCENARIOS)))
    tables = deepcopy(SCENARIOS[name])
    path = data.draw(st.sampled_from(list(leaves(tables))))
    inside = holder(tables, path)
    inside[path[-1]] = data.draw(wrong_for(inside[path[-1]]))
    message = refusal_of(tables)
    assert message is not None, path
    assert message.startswith("mine.toml: ")
    assert str(path[-1]) in message or str(path[0]) in message
    assert "expected" in message


@BY_CHANCE
@given(data=st.data())
def test_a_key_that_is_misspelt_is_refused_with_those_that_exist(data):
    name = data.draw(st.sampled_from(sorted(SCENARIOS)))
    tables = deepcopy(SCENARIOS[name])
    path = data.draw(st.sampled_from([path for path in leaves(tables) if isinstance(path[-1], str)]))
    inside, key = holder(tables, path), path[-1]
    place = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from("abcxyz_"))
    wrong = data.draw(
        st.sampled_from([key[:place] + key[place + 1 :], key[:place] + letter + key[place:], key.upper()])
    )
    assume(wrong not in inside and wrong)
    inside[wrong] = inside.pop(key)
    message = refusal_of(tables)
    assert message is not None, (path, wrong)
    assert wrong in message
    assert "unknown key" in message


@BY_CHANCE
@given(data=st.data())
def test_bytes_that_are_damaged_are_read_or_refused_but_never_a_fault(data, tmp_path):
    name = data.draw(st.sampled_from(sorted(SCENARIOS)))
    content = bytearray(bundled_file(name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    assert str(file) in (refusal(read_scenario, file) or str(file))


@BY_CHANCE
@given(data=st.data())
def test_a_study_with_a_wrong_value_is_refused(data):
    tables = deepcopy(STUDY)
    tables["method"] = {"kind": "grid"}
    path = data.draw(st.sampled_from([path for path in leaves(tables) if path[0] != "values"]))
    inside = holder(tables, path)
    inside[path[-1]] = data.draw(wrong_for(inside[path[-1]]))
    message = refusal(study_of, tables, None)
    assert message is not None, path
    assert str(path[-1]) in message or str(path[0]) in message


@BY_CHANCE
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
        max_leaves=12,
    )
)
def test_anything_else_in_place_of_a_study_is_refused(content):
    tables = content if isinstance(content, dict) else {"content": content}
    assert "study" in (refusal(read_study, tables) or ""), content
