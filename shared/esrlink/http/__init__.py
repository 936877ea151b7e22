"""The HTTP edge that every service shares: the app factory, problem details, limits, health and metrics."""

from esrlink.http.app import create_app
from esrlink.http.problems import Problem, problem_responses

__all__ = ["Problem", "create_app", "problem_responses"]
