"""A template language for sentences.

    [a|b|]         one of the alternatives (may nest, may be empty)
    {slot}         a value from the environment; drawn once per problem, see Env
    <verb>         the verb agreeing with the main subject, in the problem's tense
    <@gain>        any verb of a list (see Env.verb)
    <verb:3>       ... agreeing with a third person singular; <verb:p> with a plural

Templates are parsed once and cached as closures.
"""
import functools
import re

IRREGULAR_PAST = dict(pair.split(":") for pair in """
be:was have:had do:did go:went get:got give:gave buy:bought find:found make:made take:took sell:sold lose:lost
eat:ate drink:drank break:broke throw:threw send:sent lend:lent spend:spent win:won pay:paid bring:brought
put:put set:set cut:cut read:read write:wrote run:ran ride:rode drive:drove fly:flew swim:swam grow:grew
keep:kept leave:left see:saw hold:held build:built catch:caught draw:drew bake:baked come:came steal:stole
hide:hid let:let deal:dealt spread:spread pull:pulled lay:laid feed:fed begin:began fall:fell tear:tore burn:burned dig:dug swap:swapped ship:shipped
drop:dropped stop:stopped plan:planned pack:packed wrap:wrapped grab:grabbed spot:spotted rip:ripped
split:split spill:spilled shed:shed beg:begged jog:jogged scan:scanned plant:planted think:thought know:knew
want:wanted tell:told say:said hit:hit spin:spun sew:sewed knit:knitted snap:snapped skip:skipped pick:picked
drip:dripped chop:chopped print:printed mow:mowed shoot:shot seek:sought teach:taught weave:wove feel:felt
load:loaded type:typed cost:cost fit:fit chip:chipped forget:forgot pop:popped stack:stacked bet:bet rid:rid dump:dumped mint:minted hoard:hoarded breed:bred scrap:scrapped cancel:cancelled
wear:wore bring:brought tear:tore forfeit:forfeited welcome:welcomed snap:snapped dig:dug swallow:swallowed hand:handed
""".split())


def third(verb):
    if verb in ("be", "have", "do", "go"):
        return {"be": "is", "have": "has", "do": "does", "go": "goes"}[verb]
    if re.search(r"(s|x|z|ch|sh)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def past(verb):
    if verb in IRREGULAR_PAST:
        return IRREGULAR_PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else verb + "ed"


@functools.lru_cache(None)
def conjugate(verb, person, tense):
    """person: I, you, we, they, he, she, it; phrasal verbs ("pick up") inflect their first word."""
    head, _, tail = verb.partition(" ")
    plural = person in ("you", "we", "they")
    if tense == "past":
        form = "were" if head == "be" and plural else past(head)
    elif head == "be":
        form = "am" if person == "I" else "are" if plural else "is"
    else:
        form = head if plural or person == "I" else third(head)
    return f"{form} {tail}" if tail else form


def _parse(text, at, stop):
    """Sequence of nodes up to one of the `stop` characters; returns (closure, position)."""
    nodes, literal = [], []

    def flush():
        if literal:
            nodes.append("".join(literal))
            literal.clear()

    while at < len(text) and text[at] not in stop:
        ch = text[at]
        if ch == "[":
            flush()
            options = []
            while True:
                node, at = _parse(text, at + 1, "|]")
                options.append(node)
                if at >= len(text):
                    raise ValueError(f"unclosed [ in: {text}")
                if text[at] == "]":
                    break
            at += 1
            nodes.append(_choice(options))
        elif ch == "{":
            flush()
            end = text.index("}", at)
            nodes.append(_slot(text[at + 1 : end]))
            at = end + 1
        elif ch == "<":
            flush()
            end = text.index(">", at)
            nodes.append(_verb(text[at + 1 : end]))
            at = end + 1
        else:
            literal.append(ch)
            at += 1
    flush()
    if len(nodes) == 1:
        return nodes[0], at
    return _sequence(nodes), at


def _render(node, env):
    return node if isinstance(node, str) else node(env)


def _sequence(nodes):
    return lambda env: "".join([n if isinstance(n, str) else n(env) for n in nodes])


def _choice(options):
    count = len(options)
    return lambda env: _render(options[int(env.random() * count)], env)


def _slot(name):
    return lambda env: env.slot(name)


def _verb(spec):
    verb, _, person = spec.partition(":")
    if verb.startswith("@"):
        fixed = {"3": "it", "p": "they"}.get(person)
        return lambda env: conjugate(env.verb(verb[1:]), fixed or env.agree(), env.tense)
    if person:
        person = {"3": "it", "p": "they"}[person]
        return lambda env: conjugate(verb, person, env.tense)
    return lambda env: conjugate(verb, env.agree(), env.tense)


@functools.lru_cache(None)
def compile_template(text):
    node, at = _parse(text, 0, "")
    if at != len(text):
        raise ValueError(f"unexpected {text[at]!r} in: {text}")
    return node


def expand(text, env):
    return _render(compile_template(text), env)
