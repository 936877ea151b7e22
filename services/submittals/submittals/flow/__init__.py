"""What happens to a submittal: taken in, commanded, settled, judged again; each step in one transaction with its events."""
