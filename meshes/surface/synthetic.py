"""A vertebral body out of formulas, as a surface of triangles: what bundled scenarios and tests read."""

from pathlib import Path

import numpy as np

from .closed_surface import Surface

HALF_WIDTH_MM, ANTERIOR_MM, POSTERIOR_MM, HALF_HEIGHT_MM = 21.5, 17.5, 16.5, 13.5
WAIST_MM, RIM_MM, HOLLOW = 1.8, 2.0, 0.14
SUPERIOR_DEPTH_MM, INFERIOR_DEPTH_MM = 0.7, 1.5


def outline(theta):
    """Radius of the rim outline.

    Superellipse |cos / a|^p + |sin / b|^p = r^-p, rounder in front (p = 2) than behind (p = 3), less a
    Gaussian hollow towards the spinal canal.

    Parameters
    ----------
    theta : ndarray [rad]
        From +x (right) towards +y (anterior).

    Returns
    -------
    ndarray [mm]
    """
    depth = 0.5 * (ANTERIOR_MM + POSTERIOR_MM) + 0.5 * (ANTERIOR_MM - POSTERIOR_MM) * np.sin(theta)
    p = 2.5 - 0.5 * np.sin(theta)
    radius = (np.abs(np.cos(theta) / HALF_WIDTH_MM) ** p + np.abs(np.sin(theta) / depth) ** p) ** (-1.0 / p)
    behind = np.mod(theta - 1.5 * np.pi + np.pi, 2.0 * np.pi) - np.pi
    return radius * (1.0 - HOLLOW * np.exp(-((behind / 0.55) ** 2)))


def synthetic_body(n_theta: int = 72, n_along: int = 9, *, tilt_deg: float = 8.0) -> Surface:
    """Surface of a waisted body with hollow endplates and rounded rims, tilted forwards and off the origin.

    In each half-plane: an endplate z = h - c (1 - (r / r0)^2)^2, a quarter circle of `RIM_MM` as rim and a
    wall r = R - w cos^2(pi z / (2 h0)), which meet with a common tangent; the upper end is narrower than
    the lower.

    Parameters
    ----------
    n_theta : int
        Vertices around.
    n_along : int
        Intervals along each endplate, half as many along each rim, and along the wall.
    tilt_deg : float
        Turn about x that lowers the front.

    Returns
    -------
    Surface
    """
    theta = 2.0 * np.pi * np.arange(n_theta) / n_theta
    rim = outline(theta)[:, None]
    flat, turn = rim - RIM_MM, np.linspace(0.0, 0.5 * np.pi, n_along // 2 + 2)[1:-1]
    share = np.linspace(0.0, 1.0, n_along + 1)[1:]
    straight = HALF_HEIGHT_MM - RIM_MM
    rows = []
    for sign, depth in ((1.0, SUPERIOR_DEPTH_MM), (-1.0, INFERIOR_DEPTH_MM)):
        plate = [
            flat * share,
            np.broadcast_to(sign * (HALF_HEIGHT_MM - depth * (1 - share**2) ** 2), (n_theta, len(share))),
        ]
        arc = [
            flat + RIM_MM * np.sin(turn),
            np.broadcast_to(sign * (straight + RIM_MM * np.cos(turn)), (n_theta, len(turn))),
        ]
        rows.append([np.concatenate(part, axis=1) for part in zip(plate, arc, strict=True)])
    z = np.linspace(straight, -straight, n_along + 1)
    wall = [rim - WAIST_MM * np.cos(0.5 * np.pi * z / straight) ** 2, np.broadcast_to(z, (n_theta, len(z)))]
    r, z = (np.concatenate([rows[0][i], wall[i], rows[1][i][:, ::-1]], axis=1) for i in range(2))
    r = r * (1.0 - 0.025 * z / HALF_HEIGHT_MM)
    rings = np.stack([r * np.cos(theta)[:, None], r * np.sin(theta)[:, None], z], axis=-1)
    poles = np.array(
        [(0.0, 0.0, HALF_HEIGHT_MM - SUPERIOR_DEPTH_MM), (0.0, 0.0, INFERIOR_DEPTH_MM - HALF_HEIGHT_MM)]
    )

    n_rows = rings.shape[1]
    index = np.arange(n_theta * n_rows).reshape(n_theta, n_rows)
    after = np.roll(index, -1, axis=0)
    a, b, c, d = index[:, :-1].ravel(), index[:, 1:].ravel(), after[:, 1:].ravel(), after[:, :-1].ravel()
    top, bottom = np.full(n_theta, index.size), np.full(n_theta, index.size + 1)
    triangles = np.concatenate(
        [
            np.column_stack([a, b, c]),
            np.column_stack([a, c, d]),
            np.column_stack([top, index[:, 0], after[:, 0]]),
            np.column_stack([bottom, after[:, -1], index[:, -1]]),
        ]
    )
    points = np.concatenate([rings.reshape(-1, 3), poles])
    cos, sin = np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))
    turned = points @ np.array([[1.0, 0.0, 0.0], [0.0, cos, sin], [0.0, -sin, cos]]).T
    return Surface(turned + np.array([12.0, -30.0, 140.0]), triangles.astype(np.int64))


def write_stl(surface: Surface, path, *, title: str = "vertebral body, mm, RAS") -> None:
    """Write a surface as binary STL: 80 bytes of title, the number of triangles, 50 bytes for each.

    Parameters
    ----------
    surface : Surface
    path : path-like
    title : str
        At most 80 ASCII characters, not beginning with "solid".
    """
    record = np.zeros(
        len(surface.triangles), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")]
    )
    normal = surface.area_normals
    record["normal"] = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    record["corners"] = surface.corners
    head = title.encode("ascii")[:80].ljust(80)
    Path(path).write_bytes(head + np.uint32(len(record)).tobytes() + record.tobytes())
