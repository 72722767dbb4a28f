"""VTP: polygons in VTK's XML format, read by VTK.

Format: https://docs.vtk.org/en/latest/vtk_file_formats/vtkxml_file_format.html
"""

import re
from pathlib import Path

import numpy as np

from .polygons import Polygons
from .refusal import UnreadableFile
from .text import fitting_indices

MOST_PER_BYTE = 100
"""Points or polygons that a byte can stand for at most: zlib packs 1032 to 1, a point has 12 bytes or more."""


def read_vtp(path: Path) -> Polygons:
    """Read points, polygons and triangle strips.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Polygons

    Raises
    ------
    UnreadableFile
    """
    _refuse_impossible_counts(path.read_bytes())
    import pyvista  # half a second that only those pay who read such a file
    from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

    reader = vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    with pyvista.vtk_verbosity("off"), pyvista.VtkErrorCatcher(send_to_logging=False) as heard:
        reader.Update()
    stored = pyvista.wrap(reader.GetOutput())
    if heard.error_events or reader.GetErrorCode() or not stored.n_points:
        said = [" ".join(event.alert.split()) for event in heard.error_events]
        raise UnreadableFile(said[0][:160] if said else "VTK finds no points in it")
    for cells in (stored.GetPolys(), stored.GetStrips()):
        fitting_indices(pyvista.convert_array(cells.GetConnectivityArray()), stored.n_points)
    if stored.n_strips:
        stored = stored.triangulate()
    corners = pyvista.convert_array(stored.GetPolys().GetConnectivityArray())
    sizes = np.diff(pyvista.convert_array(stored.GetPolys().GetOffsetsArray()))
    if not len(sizes) or sizes.min() < 3 or sizes.sum() != len(corners):
        message = f"{stored.n_points} points and {len(sizes)} polygons, expected polygons of 3 or more points"
        raise UnreadableFile(message)
    return Polygons(np.array(stored.points, float), np.array(corners, np.int64), np.array(sizes, np.int64))


def _refuse_impossible_counts(data: bytes) -> None:
    """Refuse a head that announces more than the file can hold: VTK would end the process for want of memory."""
    for kind, count in re.findall(rb'NumberOf(\w+)\s*=\s*["\']\s*(\d+)', data):
        if int(count) > MOST_PER_BYTE * len(data):
            message = f"it announces {int(count)} {kind.decode().lower()}, too many for its {len(data)} bytes"
            raise UnreadableFile(message)
