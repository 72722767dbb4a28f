"""What a procedure leaves in a body: where cement lies."""
