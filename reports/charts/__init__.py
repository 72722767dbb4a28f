"""Charts of curves as SVG: colours follow the page they stand on, words stay words."""
