"""Many moduli on one mesh: equilibria that help each other, each certified."""
