"""How much load a fractured vertebra bears, week after week, while it heals, and what cement changes."""
