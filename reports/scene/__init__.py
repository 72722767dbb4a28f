"""The 3-D scene: what a browser needs to draw a result, and the page that draws it."""
