"""Files that are not what their ending says."""


class UnreadableFile(ValueError):  # noqa: N818
    """A file that is damaged or of another kind: what was found at which place, and what was expected there."""
