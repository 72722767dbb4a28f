"""Laws of healing: how the shares of tissue change with time and strain."""
