"""Lists of submittals that people work through or look at: what waits for somebody, what is somebody's own."""
