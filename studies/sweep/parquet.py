"""Tables in Parquet files, without a library: numbers and texts, each column in one plain page [1]_.

Readers such as pyarrow, pandas, polars and DuckDB take them. The same rows give the same bytes.

References
----------
.. [1] Apache Parquet, file format and thrift definitions, https://github.com/apache/parquet-format, version 2.9
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from vertebra.records.whole_files import whole_file

_MAGIC = b"PAR1"
_DOUBLE, _BYTES = 5, 6
_OPTIONAL, _UTF8, _PLAIN, _RLE = 1, 0, 0, 3
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
"""Kinds of fields in thrift's compact protocol."""


def write_parquet(file: Path, columns: Sequence[str], rows: Sequence[Mapping[str, float | str]]) -> None:
    """Write rows, whole or not at all; an empty text is a missing value.

    Parameters
    ----------
    file : Path
    columns : sequence of str
    rows : sequence of mapping
        A column is one of numbers where all its values are; else one of texts.
    """
    out, chunks, elements = bytearray(_MAGIC), [], []
    for name in columns:
        values = [row[name] for row in rows]
        present = [value for value in values if value != ""]
        numeric = all(isinstance(value, int | float) for value in present)
        kind = _DOUBLE if numeric else _BYTES
        page = _levels([value != "" for value in values]) + (
            _doubles(present) if numeric else _texts(present)
        )
        start = len(out)
        out += _page_header(len(values), len(page)) + page
        chunks.append(_chunk(name, kind, len(values), start, len(out) - start))
        text = [] if numeric else [(6, _I32, _UTF8)]
        elements.append(_struct([(1, _I32, kind), (3, _I32, _OPTIONAL), (4, _BINARY, name.encode()), *text]))
    root = _struct([(4, _BINARY, b"schema"), (5, _I32, len(columns))])
    groups = [_struct([(1, _LIST, chunks), (2, _I64, len(out) - 4), (3, _I64, len(rows))])]
    footer = _struct(
        [
            (1, _I32, 1),
            (2, _LIST, [root, *elements]),
            (3, _I64, len(rows)),
            (4, _LIST, groups if columns else []),
            (6, _BINARY, b"vertebra"),
        ]
    )
    out += footer + struct.pack("<i", len(footer)) + _MAGIC
    with whole_file(file) as part:
        part.write_bytes(out)


def _levels(present: Sequence[bool]) -> bytes:
    """Which values there are: bits, eight to a byte, behind their length."""
    packed = np.packbits(np.array(present, dtype=bool), bitorder="little").tobytes()
    run = _varint((len(packed) << 1) | 1) + packed
    return struct.pack("<i", len(run)) + run


def _doubles(values: Iterable[float | str]) -> bytes:
    return np.array([float(value) for value in values], dtype="<f8").tobytes()


def _texts(values: Iterable[float | str]) -> bytes:
    parts = []
    for value in values:
        text = (value if isinstance(value, str) else f"{value:.6g}").encode()
        parts += [struct.pack("<i", len(text)), text]
    return b"".join(parts)


def _page_header(count: int, size: int) -> bytes:
    data = _struct([(1, _I32, count), (2, _I32, _PLAIN), (3, _I32, _RLE), (4, _I32, _RLE)])
    return _struct([(1, _I32, 0), (2, _I32, size), (3, _I32, size), (5, _STRUCT, data)])


def _chunk(name: str, kind: int, count: int, start: int, size: int) -> bytes:
    about = _struct(
        [
            (1, _I32, kind),
            (2, _LIST, [_PLAIN, _RLE]),
            (3, _LIST, [name]),
            (4, _I32, 0),
            (5, _I64, count),
            (6, _I64, size),
            (7, _I64, size),
            (9, _I64, start),
        ]
    )
    return _struct([(2, _I64, start), (3, _STRUCT, about)])


def _struct(fields: Iterable[tuple[int, int, object]]) -> bytes:
    """Fields (number, kind, value) of a structure in thrift's compact protocol; structures inside are bytes already."""
    out, last = bytearray(), 0
    for number, kind, value in fields:
        out.append(((number - last) << 4) | kind)
        last = number
        if isinstance(value, int):
            out += _zigzag(value)
        elif isinstance(value, list):
            out += _list(value)
        elif isinstance(value, bytes):
            out += _varint(len(value)) + value if kind == _BINARY else value
    out.append(0)
    return bytes(out)


def _list(items: Sequence[object]) -> bytes:
    first = items[0] if items else b""
    kind = _I32 if isinstance(first, int) else _BINARY if isinstance(first, str) else _STRUCT
    head = (
        bytes([(len(items) << 4) | kind]) if len(items) < 15 else bytes([0xF0 | kind]) + _varint(len(items))
    )
    parts = []
    for item in items:
        if isinstance(item, int):
            parts.append(_zigzag(item))
        elif isinstance(item, str):
            parts.append(_varint(len(item.encode())) + item.encode())
        elif isinstance(item, bytes):
            parts.append(item)
    return head + b"".join(parts)


def _zigzag(value: int) -> bytes:
    return _varint((value << 1) ^ (value >> 63))


def _varint(value: int) -> bytes:
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)
