"""`python -m submittals`: submittals as a process of its own."""

from esrlink.cli import main

main(["serve", "submittals"])
