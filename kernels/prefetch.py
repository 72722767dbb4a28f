"""Ask for memory before it is used: a kernel that reads here and there waits less for what it has asked for.

The function becomes part of the kernels that call it; elsewhere, and where compilation is switched off, it does
nothing.
"""

from llvmlite import ir
from numba.core import types
from numba.extending import lower_builtin, type_callable


def prefetch(array, at):
    """Bring the number at a place of a flat array, and what is beside it, into the cache."""


@type_callable(prefetch)
def _type_prefetch(context):
    return lambda array, at: types.none


@lower_builtin(prefetch, types.Array, types.Integer)
def _prefetch(context, builder, signature, arguments):
    array_type, at_type = signature.args
    data = context.make_array(array_type)(context, builder, arguments[0]).data
    place = builder.gep(data, [context.cast(builder, arguments[1], at_type, types.intp)])
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    fetch = builder.module.declare_intrinsic(
        "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    )
    read, near, of_data = (ir.Constant(number, value) for value in (0, 3, 1))
    builder.call(fetch, [builder.bitcast(place, byte), read, near, of_data])
    return context.get_dummy_value()
