"""The panel that a rota product shows in a frame: tokens that open it once, and what stands in it."""
