"""esr-gateway: the file exchange with ESR."""
