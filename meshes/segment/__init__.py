"""Two vertebral bodies and the disc between them: a functional spinal unit without its facet joints."""
