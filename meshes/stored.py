"""Name of the file in which a result keeps meshes that differ from run to run; commands know it without arrays."""

STORED = "tetwild.npz"
"""File in the folder of a result that holds the meshes of fTetWild behind it."""
