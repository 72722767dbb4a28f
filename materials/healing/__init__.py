"""How broken bone heals: laws from tissue, stimulus, vessels and patient to the tissue of the next day."""
