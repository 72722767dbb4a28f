"""Rows of cement that touches endplates."""

from collections.abc import Mapping

from vertebra.meshes.procedures.placement import CONTACTS
from vertebra.models.vertebra_model import VertebraModel

from .bench import bench

_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_VOLUME_ML = 4.0
_FLAT = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_CEMENT = f'arms=[{{name="{_ARM}",cement={{day=0,volume_ml={_VOLUME_ML},clearance_mm=3.0}}}}]'


def touching_rows() -> dict[str, Mapping[str, float]]:
    """C2: capacity over that without contact when cement touches no, one and both endplates."""
    clouds = [_touching(contacts).of_density(_OSTEOPOROTIC) for contacts in CONTACTS]
    found = {}
    for name, composite in (("C2", "interdigitated"), ("C2_void", "void_filled")):
        capacity = {
            vertebra.anatomy.cement[_ARM].contacts: vertebra.filled(_ARM, composite=composite).capacity
            for vertebra in clouds
        }
        found[name] = {str(contacts): force / capacity[0] for contacts, force in capacity.items()}
    return found


def _touching(contacts: str, mesh: tuple[str, ...] = _FLAT) -> VertebraModel:
    """The wedge of the main scenario with cement that touches no, one or both endplates."""
    return bench("main", _CEMENT, f'arms.{_ARM}.cement.contacts="{contacts}"', mesh=mesh)
