"""How a name, a number or an address is written wrongly in a rota, for `make bench-links`. Seeded; knows no rule.

The short forms here were written down apart from those that the service knows.
"""

from __future__ import annotations

import random
import unicodedata

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_UNMARKED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "ß": "ss"})
_NEAR = {key: row[max(at - 1, 0) : at + 2].replace(key, "") for row in _KEYS for at, key in enumerate(row)}

SHORT = {
    "Abigail": "Abi", "Alexander": "Alex", "Alexandra": "Alex", "Amanda": "Mandy", "Andrew": "Andy", "Anthony": "Tony",
    "Barbara": "Barb", "Benjamin": "Ben", "Bernadette": "Bernie", "Bradley": "Brad", "Catherine": "Cath",
    "Charlotte": "Lottie", "Christine": "Chris", "Christopher": "Chris", "Clifford": "Cliff", "Daniel": "Dan",
    "David": "Dave", "Deborah": "Debbie", "Dominic": "Dom", "Donald": "Don", "Dorothy": "Dot", "Douglas": "Doug",
    "Edward": "Ted", "Eleanor": "Ellie", "Elizabeth": "Liz", "Emily": "Em", "Frances": "Fran", "Francesca": "Fran",
    "Francis": "Frank", "Frederick": "Fred", "Gabriel": "Gabe", "Geoffrey": "Geoff", "Georgina": "Georgie",
    "Gerald": "Gerry", "Geraldine": "Gerry", "Gillian": "Jill", "Gregory": "Greg", "Harold": "Harry", "Harriet": "Hattie",
    "Isabelle": "Izzy", "Jacob": "Jake", "Jacqueline": "Jackie", "James": "Jim", "Janet": "Jan", "Jeffrey": "Jeff",
    "Jennifer": "Jen", "Jessica": "Jess", "Joanne": "Jo", "John": "Jack", "Jonathan": "Jon", "Joseph": "Joe",
    "Joshua": "Josh", "Judith": "Judy", "Katherine": "Kate", "Kathleen": "Kath", "Kathryn": "Kathy", "Kenneth": "Ken",
    "Kimberley": "Kim", "Lawrence": "Larry", "Leonard": "Len", "Lewis": "Lew", "Louise": "Lou", "Lynda": "Lyn",
    "Margaret": "Maggie", "Martin": "Marty", "Matthew": "Matt", "Maureen": "Mo", "Maxwell": "Max", "Megan": "Meg",
    "Melanie": "Mel", "Melissa": "Mel", "Michael": "Mike", "Michelle": "Shelley", "Mitchell": "Mitch",
    "Mohammed": "Mo", "Muhammad": "Mo", "Natalie": "Nat", "Nathan": "Nat", "Nicholas": "Nick", "Nicola": "Nicky",
    "Nigel": "Nige", "Oliver": "Ollie", "Pamela": "Pam", "Patricia": "Trish", "Patrick": "Paddy", "Peter": "Pete",
    "Philip": "Phil", "Phillip": "Phil", "Rachel": "Rach", "Raymond": "Ray", "Rebecca": "Becky", "Richard": "Rick",
    "Robert": "Bob", "Robin": "Rob", "Roger": "Rog", "Ronald": "Ron", "Rosemary": "Rose", "Russell": "Russ",
    "Samantha": "Sam", "Samuel": "Sam", "Sandra": "Sandy", "Sharon": "Shaz", "Shirley": "Shirl", "Sophie": "Soph",
    "Stanley": "Stan", "Stephanie": "Steph", "Stephen": "Steve", "Steven": "Steve", "Stewart": "Stew", "Stuart": "Stu",
    "Susan": "Sue", "Suzanne": "Sue", "Teresa": "Terry", "Terence": "Terry", "Thomas": "Tom", "Timothy": "Tim",
    "Valerie": "Val", "Victoria": "Vicky", "Vincent": "Vince", "Walter": "Walt", "William": "Bill", "Zachary": "Zac",
    "Babatunde": "Tunde", "Oluwaseun": "Seun", "Temitope": "Temi", "Adebola": "Bola", "Francisco": "Paco",
    "Jose": "Pepe", "José": "Pepe", "Giuseppe": "Beppe", "Alessandro": "Sandro", "Alessandra": "Sandra",
    "Malgorzata": "Gosia", "Małgorzata": "Gosia", "Katarzyna": "Kasia", "Aleksandra": "Ola", "Krzysztof": "Krzys",
}  # fmt: skip


def mistyped(rng: random.Random, text: str) -> str:
    """`text` with one slip of the fingers: a neighbouring key, a letter left out, doubled or changed with the next."""
    places = [at for at, letter in enumerate(text) if letter.isascii() and letter.isalpha()]
    # Nobody mistypes the first letter as often as the others: it is looked at.
    at = places[0] if rng.random() < 0.05 or len(places) < 2 else rng.choice(places[1:])
    letter = text[at]
    kind = rng.choice(("near", "near", "drop", "double", "swap"))
    if kind == "drop" and len(places) > 3:
        return text[:at] + text[at + 1 :]
    if kind == "double":
        return text[:at] + letter.lower() + text[at:]
    if kind == "swap" and at + 1 < len(text) and text[at + 1].isalpha() and text[at + 1].lower() != letter.lower():
        return text[:at] + text[at + 1] + letter + text[at + 2 :]
    near = rng.choice(_NEAR[letter.lower()])
    return text[:at] + (near.upper() if letter.isupper() else near) + text[at + 1 :]


def mistyped_number(rng: random.Random, number: str) -> str:
    """A number with one digit wrong or two neighbours changed."""
    at = rng.randrange(2, len(number) - 1)
    if rng.random() < 0.4 and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + rng.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]


def unaccented(text: str) -> str:
    """As a keyboard without accents writes it."""
    swapped = text.translate(_UNMARKED)
    return "".join(c for c in unicodedata.normalize("NFKD", swapped) if not unicodedata.combining(c))
