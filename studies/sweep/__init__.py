"""Many runs of one scenario: which values they have, what they share, what is kept of them."""
