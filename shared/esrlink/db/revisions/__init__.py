"""Revisions of the tables that all services share; each service's own tree of migrations names the one that it runs."""
