"""The page at `/`: the state of every service at one glance, with what needs a person first."""

from esrlink.overview.app import create_overview

__all__ = ["create_overview"]
