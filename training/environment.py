"""The values that fill one problem's slots: a subject, nouns, places, units and numbers, drawn on first use."""
import zlib

from training import grammar, words

PRONOUNS = {  # person: nominative, object, possessive
    "I": ("I", "me", "my"), "you": ("you", "you", "your"), "we": ("we", "us", "our"), "he": ("he", "him", "his"),
    "she": ("she", "her", "her"), "it": ("it", "it", "its"), "they": ("they", "them", "their"),
}
MONEY = [  # before, after (singular), after (plural)
    ("$", "", ""), ("", " dollar", " dollars"), ("€", "", ""), ("", " euro", " euros"), ("", " cent", " cents"),
    ("", " dollar", " dollars"), ("£", "", ""), ("", " pound", " pounds"), ("$", "", ""), ("", " coin", " coins"),
]


def held_out(line):
    """Whether a template is kept from training: a hash decides, so nobody picked the easy or the odd ones."""
    return zlib.crc32(("held out: " + line).encode()) % 10 == 0


VERBS = {kind: ([v for v in verbs if not held_out(v)], [v for v in verbs if held_out(v)])
         for kind, verbs in (("gain", words.GAIN), ("loss", words.LOSS))}


class Env:
    """Slots: a..e numbers; $a a number as money; S subject, s m h its pronouns; Q R other people; o p nouns
    (plural; .1 singular), k containers, g people, L M places, and the unit lists of words.UNITS."""

    def __init__(self, rng, unseen=False, nonsense=True):
        self.rng, self.random = rng, rng.random
        self.unseen, self.used_unseen = unseen, False
        self.nonsense = 0.13 if nonsense else 0.0
        self.values, self.numbers, self.singular = {}, {}, {}
        self.tense = "past" if rng.random() < 0.4 else "pres"
        self.person, self.full, self.mentioned = None, None, False

    # -- picking ---------------------------------------------------------------------------------------------
    def pick(self, items):
        return items[int(self.random() * len(items))]

    def choose(self, bank):
        """A template of a Bank; in unseen mode mostly one of those that training never sees."""
        if self.unseen and bank.held and self.random() < 0.7:
            self.used_unseen = True
            return self.pick(bank.held)
        return self.pick(bank.seen)

    def word(self):
        """An invented word, so that the model learns to copy nouns it has never met."""
        n = 1 + (self.random() < 0.65) + (self.random() < 0.2)
        text = "".join(self.pick(words.SYLLABLES) for _ in range(n))
        return text + self.pick(words.ENDINGS) if self.random() < 0.6 or len(text) < 4 else text

    def name(self):
        if self.random() < self.nonsense:
            return self.word().capitalize()
        return self.pick(words.HER if self.random() < 0.5 else words.HIM)

    def noun(self, pools):
        if self.random() < self.nonsense:
            noun = self.word()
        else:
            noun = self.pick(self.pick(pools))
        if self.random() < 0.15 and " " not in noun:
            adjective = self.pick(words.ADJ) if self.random() > self.nonsense else self.word()
            noun = f"{adjective} {noun}"
        elif self.random() < 0.05 and " " not in noun:
            noun = f"{self.pick(words.FOOD if self.random() < 0.5 else words.THINGS)} {noun}"
        return noun

    def verb(self, kind):
        """A verb of gaining or losing; a tenth of them are held out of training."""
        seen, held = VERBS[kind]
        if self.unseen and self.random() < 0.5:
            self.used_unseen = True
            return self.pick(held)
        return self.pick(seen)

    # -- the subject -----------------------------------------------------------------------------------------
    def set_subject(self, kind=None):
        r = self.random()
        if kind == "org" or (kind is None and r < 0.14):
            noun = self.pick(words.ORGS) if self.random() > self.nonsense else self.word()
            self.full = self.pick(["the ", "a ", "the ", "our ", "the local "]) + noun
            self.person = "it" if self.random() < 0.8 else "they"
            if self.person == "they":
                self.full = "the " + words.plural(noun)
        elif r < 0.22:
            self.person, self.full = "I", "I"
        elif r < 0.26:
            self.person, self.full = "we", "we"
        elif r < 0.29:
            self.person, self.full = "you", "you"
        elif r < 0.33:
            self.person, self.full = "they", f"{self.name()} and {self.name()}"
        elif r < 0.36:
            self.person, self.full = "they", "the " + words.plural(self.pick(words.GROUPS))
        elif r < 0.48:
            self.person = "he" if self.random() < 0.5 else "she"
            noun = self.pick(words.ROLES) if self.random() > self.nonsense else self.word()
            self.full = self.pick(["the ", "a ", "my ", "a young "]) + noun
        elif self.random() < 0.5:
            self.person, self.full = "she", self.pick(words.HER)
        else:
            self.person, self.full = "he", self.pick(words.HIM)
        if self.person in ("he", "she") and self.random() < self.nonsense:
            self.full = self.word().capitalize()

    def agree(self):
        if self.person is None:
            self.set_subject()
        return self.person

    def subject(self):
        self.agree()
        if not self.mentioned:
            self.mentioned = True
            return self.full
        if self.person in ("I", "we", "you"):
            return self.full
        if self.random() < 0.6:
            return PRONOUNS[self.person][0]
        return "the " + self.full.split(" ", 1)[1] if self.full.split(" ")[0] in ("a", "our", "my") else self.full

    # -- slots -----------------------------------------------------------------------------------------------
    def slot(self, name):
        if name in self.numbers:
            return self.numbers[name]
        if name == "S" or (name == "s" and not self.mentioned):
            return self.subject()
        if name in ("s", "m", "h"):
            self.agree()
            return PRONOUNS[self.person]["smh".index(name)]
        if name[0] == "$":
            return self.money(self.numbers.get(name[1:], "{" + name[1:] + "}"))
        if name == "r":
            return "{r}"
        base, _, form = name.partition(".")
        if base not in self.values:
            self.values[base] = self.draw(base)
        value = self.values[base]
        if isinstance(value, tuple):  # (singular, plural)
            return value[0] if form == "1" else value[1]
        return value

    def money(self, amount):
        if "$" not in self.values:
            self.values["$"] = self.pick(MONEY)
        before, one, many = self.values["$"]
        return before + amount + (one if amount == "1" else many)

    def draw(self, base):
        kind = base.rstrip("0123456789")
        if kind in ("o", "p"):
            if kind == "o" and "pools" in self.values:
                pools = self.values["pools"]
            else:
                pools = [words.FOOD, words.THINGS, words.THINGS, words.LIVING]
            noun = self.noun(pools)
            return noun, words.plural(noun)
        if kind == "f":
            noun = self.noun([words.FOOD])
            return noun, words.plural(noun)
        if kind == "k":
            noun = self.pick(words.CONTAINERS) if self.random() > self.nonsense else self.word()
            return noun, words.plural(noun)
        if kind == "g":
            noun = self.pick(words.GROUPS) if self.random() > self.nonsense else self.word()
            return noun, words.plural(noun)
        if kind in ("L", "M"):
            return self.pick(words.PLACES) if self.random() > self.nonsense else self.word()
        if kind in ("Q", "R"):
            r = self.random()
            if r < 0.6 or self.person is None:
                return self.name()
            relation = self.pick("friend brother sister mother father cousin uncle aunt neighbor teacher boss".split())
            possessive = PRONOUNS[self.person][2]
            return f"{possessive} {relation}" + (f" {self.name()}" if r > 0.85 else "")
        if kind in words.UNITS:
            return self.pick(words.UNITS[kind])
        if kind in ("day", "month", "adj", "role", "veh", "fluid", "org", "lost"):
            pool = {"day": words.DAYS, "month": words.MONTHS, "adj": words.ADJ, "role": words.ROLES,
                    "veh": words.VEHICLES, "fluid": words.FLUIDS, "org": words.ORGS, "lost": words.LOST}[kind]
            taken = [v if isinstance(v, str) else v[0] for v in self.values.values() if isinstance(v, (str, tuple))]
            for _ in range(5):
                choice = self.pick(pool)
                if choice not in taken:
                    break
            return (choice, words.plural(choice)) if kind in ("veh", "role") else choice
        raise KeyError(f"unknown slot {base}")

    def say(self, template):
        return grammar.expand(template, self)


class Bank:
    """Alternative templates, one per line; about a tenth of a bank is held out of training."""

    def __init__(self, text):
        lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
        self.held = [line for line in lines if held_out(line)] if len(lines) > 5 else []
        self.seen = [line for line in lines if line not in self.held]
        for line in lines:
            grammar.compile_template(line)
