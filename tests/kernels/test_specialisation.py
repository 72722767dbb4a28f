"""Kernels with the types of their arguments, in words and back."""

import os

import numba
import numpy as np
import pytest

from vertebra.fem.multigrid.dense import _solve
from vertebra.kernels.specialisation import name_of, named
from vertebra.studies.compiling.listed import read_list

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled, so nothing has types"
)


def test_a_kernel_and_its_types_are_found_by_their_name():
    fixed = np.zeros((2, 2))
    fixed.flags.writeable = False
    signature = tuple(map(numba.typeof, (fixed, np.zeros(3, np.int32)[::2], (1.0, 2.0, 3.0), 1, True)))
    name = name_of(_solve, signature)
    assert name == (
        "fem.multigrid.dense:_solve(readonly array(float64, 2d, C), array(int32, 1d, A), UniTuple(float64 x 3), "
        "int64, bool)"
    )
    assert named(name) == (_solve, signature)


@pytest.mark.parametrize("name", [name for name, _ in read_list()])
def test_every_kernel_of_the_list_is_one_of_the_code(name):
    assert name_of(*named(name)) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fem.multigrid.dense", "expected module:kernel"),
        ("fem.multigrid.dense:solve_dense(int64)", "nothing of that name is compiled"),
        ("fem.multigrid.dense:_gone(int64)", "nothing of that name is compiled"),
        ("fem.multigrid.dense:_solve(list(int64))", "does not begin with a type"),
        ("fem.multigrid.dense:_solve(int63)", "is no type"),
        ("fem.multigrid.dense:_solve(array(int63, 1d, C))", "is no type"),
    ],
)
def test_names_that_name_nothing_are_refused(name, words):
    with pytest.raises(ValueError, match=words):
        named(name)


def test_a_module_that_is_gone_is_an_import_error():
    with pytest.raises(ImportError):
        named("fem.multigrid.gone:_solve(int64)")
