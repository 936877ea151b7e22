"""What pages and downloads list of whole trusts, set-based: each list by one statement, however many people it is about."""
