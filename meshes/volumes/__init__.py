"""Volume meshes made elsewhere: read with their sets, one format a file, cut into tetrahedra, named by region."""
