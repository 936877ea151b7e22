"""What a trust has set: departments, absence types, pay elements, limits; and the defaults that come of them."""
