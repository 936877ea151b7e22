"""`python -m profile_sync`: profile-sync as a process of its own."""

from esrlink.cli import main

main(["serve", "profile-sync"])
