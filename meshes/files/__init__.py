"""One format a file: surfaces read from STL, OBJ, PLY and VTP; meshes written to VTU, MSH and INP."""
