import pytest

from vertebra.meshes.caps import add_caps
from vertebra.meshes.parametric.body import parametric_body


@pytest.fixture(scope="module", params=[1, 2])
def mesh(request):
    """A coarse body between caps, of 4-node and of 10-node tetrahedra."""
    return add_caps(parametric_body("T11", 4.0, request.param, breaks=(0.5,)))
