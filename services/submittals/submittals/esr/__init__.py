"""This service's own copy of what ESR and profile-sync told it: people without names, posts, links, cut-offs."""
