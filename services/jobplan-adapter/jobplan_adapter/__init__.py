"""jobplan-adapter: job plans beside the rota, and work delivered set against them."""
