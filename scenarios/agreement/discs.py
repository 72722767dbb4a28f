"""Discs and neighbours beyond them: cells that do not lock, and rules that let endplates bend."""

from typing import Any

from ..anatomy_section import Bone, Mesh
from ..loading_section import Capacity, Loading, Neighbours


def with_sections_between_discs(given: Any) -> Any:
    """Default to rule section between discs, where endplates do not move with the platens as surfaces assume.

    Parameters
    ----------
    given : object
        A scenario before it is checked, not yet known to be tables.

    Returns
    -------
    object
        With `capacity.rule` where discs ask for it.

    Raises
    ------
    ValueError
        The weakest surface is asked for.
    """
    if not isinstance(given, dict):
        return given
    loading, capacity = given.get("loading", {}), given.get("capacity", {})
    if not (isinstance(loading, dict) and isinstance(capacity, dict)) or loading.get("ends") != "discs":
        return given
    if capacity.get("rule", "section") == "surface":
        message = (
            'found capacity.rule = "surface" with loading.ends = "discs", expected "section": the weakest surface '
            "takes endplates that move with stiff platens. Take that rule or other ends."
        )
        raise ValueError(message)
    return given | {"capacity": {"rule": "section"} | capacity}


def check_discs(loading: Loading, mesh: Mesh, capacity: Capacity) -> None:
    """Refuse discs of cells that lock, and tests off the axis between them.

    Raises
    ------
    ValueError
    """
    if loading.ends != "discs":
        return
    if mesh.order == 1:
        message = (
            'found loading.ends = "discs" with mesh.order = 1, expected order 2: a disc hardly changes its '
            "volume, and 4-node tetrahedra lock there. Set mesh.order = 2 or choose other ends."
        )
        raise ValueError(message)
    if capacity.interaction == "tested":
        message = (
            'found capacity.interaction = "tested" with loading.ends = "discs", expected "sections" or "off": '
            "off the axis, tests between discs have no end that is known to be fair. Choose one, or other ends."
        )
        raise ValueError(message)


def check_neighbours(neighbours: Neighbours, mesh: Mesh, bone: Bone) -> None:
    """Refuse neighbours beyond discs of cells that lock, and beside bone with a direction.

    Raises
    ------
    ValueError
    """
    if neighbours.beside == "none":
        return
    if mesh.order == 1:
        message = (
            f"found neighbours.beside = {neighbours.beside!r} with mesh.order = 1, expected order 2: the "
            "nucleus of the disc hardly changes its volume, and 4-node tetrahedra lock there. Set mesh.order = 2 "
            'or neighbours.beside = "none".'
        )
        raise ValueError(message)
    if bone.anisotropy != "none":
        message = (
            f"found bone.anisotropy = {bone.anisotropy!r} with neighbours.beside = "
            f"{neighbours.beside!r}, expected bone without a direction: beside a disc the anulus is the one "
            'material with a direction. Set bone.anisotropy = "none" or neighbours.beside = "none".'
        )
        raise ValueError(message)
