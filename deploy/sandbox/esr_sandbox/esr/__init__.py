"""The simulated ESR: writes GO files and confirmations, reads TA and AB files with a reader of its own."""
