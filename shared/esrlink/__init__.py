"""What every ESR Link service shares: contracts, bus, database, auth, HTTP and pages. It never imports a service."""
