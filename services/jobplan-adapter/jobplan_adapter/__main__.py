"""`python -m jobplan_adapter`: jobplan-adapter as a process of its own."""

from esrlink.cli import main

main(["serve", "jobplan-adapter"])
