"""Several numbers side by side in one register, for kernels on rows of 3 and 6 numbers.

Arithmetic on a small block is too short for the compiler to find the vector instructions in it. Written in lanes it is
two to four times faster: rows of 3 numbers take 4 lanes and rows of 6 take 8, and what a spare lane holds is not used.
A load reads to the end of its lanes, so arrays read in this way are allocated by `roomy`.

The functions become part of the kernels that call them; elsewhere, and where compilation is switched off, they act on
NumPy arrays.
"""

import math

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import lower_builtin, models, register_model, type_callable

SPARE = 8
"""Elements that `roomy` appends."""


class Lanes(types.Type):
    """Type, inside a kernel, of `count` numbers of one kind."""

    def __init__(self, number: types.Float, count: int):
        self.number, self.count = number, count
        super().__init__(name=f"Lanes({number}, {count})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, lanes):
        number = manager.lookup(lanes.number).get_value_type()
        super().__init__(manager, lanes, ir.VectorType(number, lanes.count))


def roomy(shape: tuple[int, ...], dtype) -> np.ndarray:
    """Array of the given shape, not initialised, whose memory goes on behind its end with zeros."""
    size = math.prod(shape)
    flat = np.empty(size + SPARE, dtype)
    flat[size:] = 0
    return flat[:size].reshape(shape)


def load4(array, at):
    """Four numbers of a flat array."""
    return _read(array, at, 4, array.dtype)


def load8(array, at):
    """Eight numbers of a flat array, in double precision."""
    return _read(array, at, 8, np.float64)


def entry(array, at):
    """One number of a flat array; saves what it takes to count negative places from the end."""
    return array[at]


def store(array, at, lanes):
    """Write all lanes to a flat array."""
    array[at : at + len(lanes)] = lanes


def zero4(array):
    """Four zeros of the kind of numbers in an array."""
    return np.zeros(4, array.dtype)


def zero8(array):
    """Eight zeros of the kind of numbers in an array."""
    return np.zeros(8, array.dtype)


def plus(lanes, factor, other):
    """Add factor times other; the factor is one number or as many as there are lanes."""
    return lanes + factor * other


def lane(lanes, number):
    """Number in one lane, which is known when the kernel is compiled."""
    return lanes[number]


def total3(lanes):
    """Sum of the first three lanes."""
    return lanes[0] + lanes[1] + lanes[2]


def _read(array, at, count, dtype):
    """Numbers of an array; zeros behind its end."""
    found = array[at : at + count]
    return np.append(found, np.zeros(count - len(found))).astype(dtype)


@type_callable(load4)
def _type_load4(context):
    return lambda array, at: Lanes(array.dtype, 4)


@type_callable(load8)
def _type_load8(context):
    return lambda array, at: Lanes(types.float64, 8)


@type_callable(entry)
def _type_entry(context):
    return lambda array, at: array.dtype


@type_callable(store)
def _type_store(context):
    return lambda array, at, lanes: types.none


@type_callable(zero4)
def _type_zero4(context):
    return lambda array: Lanes(array.dtype, 4)


@type_callable(zero8)
def _type_zero8(context):
    return lambda array: Lanes(array.dtype, 8)


@type_callable(plus)
def _type_plus(context):
    return lambda lanes, factor, other: lanes


@type_callable(lane)
def _type_lane(context):
    return lambda lanes, number: lanes.number


@type_callable(total3)
def _type_total3(context):
    return lambda lanes: lanes.number


def _place(context, builder, signature, arguments, count):
    """Pointer to `count` numbers of a flat array, and the width of one in bytes."""
    number = signature.args[0].dtype
    kind = ir.VectorType(context.get_value_type(number), count)
    pointer = builder.bitcast(_address(context, builder, signature, arguments), kind.as_pointer())
    return pointer, number.bitwidth // 8


def _address(context, builder, signature, arguments):
    """Pointer to an element of a flat array."""
    array_type, at_type = signature.args[:2]
    data = context.make_array(array_type)(context, builder, arguments[0]).data
    return builder.gep(data, [context.cast(builder, arguments[1], at_type, types.intp)])


@lower_builtin(load4, types.Array, types.Integer)
def _load4(context, builder, signature, arguments):
    pointer, width = _place(context, builder, signature, arguments, 4)
    return builder.load(pointer, align=width)


@lower_builtin(load8, types.Array, types.Integer)
def _load8(context, builder, signature, arguments):
    pointer, width = _place(context, builder, signature, arguments, 8)
    lanes = builder.load(pointer, align=width)
    wide = ir.VectorType(ir.DoubleType(), 8)
    return lanes if lanes.type == wide else builder.fpext(lanes, wide)


@lower_builtin(entry, types.Array, types.Integer)
def _entry(context, builder, signature, arguments):
    address = _address(context, builder, signature, arguments)
    return context.unpack_value(builder, signature.return_type, address)


@lower_builtin(store, types.Array, types.Integer, Lanes)
def _store(context, builder, signature, arguments):
    pointer, width = _place(context, builder, signature, arguments, signature.args[2].count)
    builder.store(arguments[2], pointer, align=width)
    return context.get_dummy_value()


@lower_builtin(zero4, types.Array)
@lower_builtin(zero8, types.Array)
def _zero(context, builder, signature, arguments):
    kind = context.get_value_type(signature.return_type)
    return ir.Constant(kind, [0.0] * kind.count)


@lower_builtin(plus, Lanes, Lanes, Lanes)
def _plus_lanes(context, builder, signature, arguments):
    product = builder.fmul(arguments[1], arguments[2], flags=("contract",))
    return builder.fadd(arguments[0], product, flags=("contract",))


@lower_builtin(plus, Lanes, types.Float, Lanes)
def _plus_number(context, builder, signature, arguments):
    lanes = signature.args[0]
    number = context.cast(builder, arguments[1], signature.args[1], lanes.number)
    kind = context.get_value_type(lanes)
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    same = ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), [0] * lanes.count)
    spread = builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), same)
    return _plus_lanes(context, builder, signature, (arguments[0], spread, arguments[2]))


@lower_builtin(lane, Lanes, types.Integer)
def _lane(context, builder, signature, arguments):
    return builder.extract_element(arguments[0], arguments[1])


@lower_builtin(total3, Lanes)
def _total3(context, builder, signature, arguments):
    a, b, c = (builder.extract_element(arguments[0], ir.Constant(ir.IntType(32), i)) for i in range(3))
    return builder.fadd(builder.fadd(a, b), c)
