"""Principal values and directions of symmetric tensors, without iteration.

The value that lies farthest from the other two follows from Lode's angle, where that is well conditioned; its
direction v is normal to two rows of a - value I. In the plane normal to v, where values may come close, one Jacobi
rotation is exact. Errors stay at rounding for coincident values and nearly diagonal tensors too (compare D. Eberly,
A Robust Eigensolver for 3x3 Symmetric Matrices, 2014).
"""

import numpy as np

from vertebra.kernels import njit


@njit(cache=True)
def diagonalise(a, vectors):
    """Make the symmetric a (3, 3) diagonal in place; columns of vectors (3, 3) become its orthonormal directions."""
    mean = (a[0, 0] + a[1, 1] + a[2, 2]) / 3.0
    xx, yy, zz = a[0, 0] - mean, a[1, 1] - mean, a[2, 2] - mean
    yz, xz, xy = a[1, 2], a[0, 2], a[0, 1]
    J2 = 0.5 * (xx * xx + yy * yy + zz * zz) + yz * yz + xz * xz + xy * xy  # noqa: N806
    if yz * yz + xz * xz + xy * xy <= 1e-32 * (J2 + mean * mean):
        for i in range(3):
            for j in range(3):
                vectors[i, j] = 1.0 if i == j else 0.0
        return
    J3 = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)  # noqa: N806
    radius = np.sqrt(J2 / 3.0)
    angle = np.arccos(min(1.0, abs(J3) / (2.0 * radius * radius * radius))) / 3.0
    value = 2.0 * radius * np.cos(angle)
    if J3 < 0.0:
        value = -value
    xx, yy, zz = xx - value, yy - value, zz - value
    v0, v1, v2 = xy * yz - xz * yy, xz * xy - xx * yz, xx * yy - xy * xy
    size = v0 * v0 + v1 * v1 + v2 * v2
    w0, w1, w2 = xy * zz - xz * yz, xz * xz - xx * zz, xx * yz - xy * xz
    other = w0 * w0 + w1 * w1 + w2 * w2
    if other > size:
        v0, v1, v2, size = w0, w1, w2, other
    w0, w1, w2 = yy * zz - yz * yz, yz * xz - xy * zz, xy * yz - yy * xz
    other = w0 * w0 + w1 * w1 + w2 * w2
    if other > size:
        v0, v1, v2, size = w0, w1, w2, other
    size = np.sqrt(size)
    v0, v1, v2 = v0 / size, v1 / size, v2 / size
    if abs(v0) > abs(v1):
        size = np.sqrt(v0 * v0 + v2 * v2)
        u0, u1, u2 = -v2 / size, 0.0, v0 / size
    else:
        size = np.sqrt(v1 * v1 + v2 * v2)
        u0, u1, u2 = 0.0, v2 / size, -v1 / size
    w0, w1, w2 = v1 * u2 - v2 * u1, v2 * u0 - v0 * u2, v0 * u1 - v1 * u0
    xx, yy, zz = a[0, 0], a[1, 1], a[2, 2]
    x, y, z = xx * u0 + xy * u1 + xz * u2, xy * u0 + yy * u1 + yz * u2, xz * u0 + yz * u1 + zz * u2
    first, cross = u0 * x + u1 * y + u2 * z, w0 * x + w1 * y + w2 * z
    x, y, z = xx * w0 + xy * w1 + xz * w2, xy * w0 + yy * w1 + yz * w2, xz * w0 + yz * w1 + zz * w2
    second = w0 * x + w1 * y + w2 * z
    x, y, z = xx * v0 + xy * v1 + xz * v2, xy * v0 + yy * v1 + yz * v2, xz * v0 + yz * v1 + zz * v2
    third = v0 * x + v1 * y + v2 * z
    half = 0.5 * (second - first)
    root = np.sqrt(half * half + cross * cross)
    t = 0.0
    if root > 0.0:
        t = cross / (half + root) if half >= 0.0 else cross / (half - root)
    c = 1.0 / np.sqrt(t * t + 1.0)
    s = t * c
    for i in range(3):
        for j in range(3):
            a[i, j] = 0.0
    a[0, 0], a[1, 1], a[2, 2] = first - t * cross, second + t * cross, third
    vectors[0, 0], vectors[1, 0], vectors[2, 0] = c * u0 - s * w0, c * u1 - s * w1, c * u2 - s * w2
    vectors[0, 1], vectors[1, 1], vectors[2, 1] = s * u0 + c * w0, s * u1 + c * w1, s * u2 + c * w2
    vectors[0, 2], vectors[1, 2], vectors[2, 2] = v0, v1, v2
