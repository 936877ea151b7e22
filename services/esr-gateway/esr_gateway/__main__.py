"""`python -m esr_gateway`: esr-gateway as a process of its own."""

from esrlink.cli import main

main(["serve", "esr-gateway"])
