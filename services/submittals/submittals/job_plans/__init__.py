"""What job plans say of people, kept beside the records that are judged by it: signed weeks, and what is owed and given."""
