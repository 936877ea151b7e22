"""What comes from ESR: files, their rows, the people in them, and what they prove of what was sent."""
