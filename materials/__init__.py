"""Density, tissue fractions and state in; moduli, strengths and new state out. Arrays in, arrays out.

Moduli and strengths are in MPa, times in days. Bone densities are typed (`density.QctDensity`,
`density.AshDensity`, `density.ApparentDensity`) and held in g/cm3, the unit of the published laws.
Per-element arrays have the cell axis first, shape (m,). Shares and fractions are volume fractions in [0, 1].

Every number stands in a `.toml` table of this folder with its unit, source and certainty: A read in the
source, B recomputed from released data or a formula, C general knowledge or judgement, to be shown as
approximate. `sources.sources` lists the rows that a run has used.
"""
