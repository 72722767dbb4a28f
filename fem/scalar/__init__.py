"""One unknown a node: weighted edges, and diffusion on them."""
