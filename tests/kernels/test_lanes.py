"""Functions on lanes inside a kernel against the same functions on arrays."""

import numpy as np
import pytest

from vertebra.kernels import njit
from vertebra.kernels.lanes import lane, load4, load8, plus, roomy, store, total3, zero4, zero8


def four(array, factor, out):
    first = load4(array, 1)
    second = plus(plus(zero4(array), factor, first), load4(array, 3), first)
    store(out, 2, second)
    return lane(second, 3), total3(second)


def eight(array, factor, out):
    first = load8(array, 1)
    second = plus(plus(zero8(out), factor, first), load8(array, 3), first)
    store(out, 0, second)
    return lane(second, 7), total3(second)


@pytest.mark.parametrize("function", [four, eight])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_kernel_computes_what_arrays_say(function, dtype):
    array = np.arange(1, 12, dtype=dtype)
    kind = dtype if function is four else np.float64
    compiled, plain = np.zeros(9, kind), np.zeros(9, kind)
    factor = dtype(0.5)
    assert njit()(function)(array, factor, compiled) == pytest.approx(function(array, factor, plain))
    np.testing.assert_array_equal(compiled, plain)
    assert plain.any()


def test_a_roomy_array_can_be_read_behind_its_end():
    array = roomy((2, 3), np.float32)
    array[:] = 1
    assert array.shape == (2, 3)
    assert array.flags.c_contiguous
    behind = np.lib.stride_tricks.as_strided(array, (14,), array.strides[1:])
    assert not behind[6:].any()
