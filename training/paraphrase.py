"""Rewrites of finished sentences: synonyms, and the order of question and facts.

They multiply what the templates say, so that the model meets each relation in many wordings.
"""
import re

SYNONYMS = [(re.compile(rf"\b(?:{pattern})\b"), choices.split("|")) for pattern, choices in [
    ("in total|altogether|in all|all together", "in total|altogether|in all|overall|combined|all in all|in sum|together|as a whole|when everything is counted"),
    ("total number", "total number|overall number|full number|total count|total amount|sum"),
    ("equally|evenly|fairly", "equally|evenly|fairly|in equal parts|in equal shares|uniformly|justly|to equal parts"),
    ("are left over", "are left over|remain|are left|are too many|stay behind|are spare|are unused|are surplus|do not fit"),
    ("are left", "are left|remain|are still there|are remaining|are there still|have not gone|are still available"),
    ("is left", "is left|remains|is still there|is remaining|stays|is there still|is still available"),
    ("have left", "have left|still have|have remaining|keep|have now|retain|still own|have in the end"),
    ("How many more", "How many more|How many additional|How many further|How many extra"),
    ("costs", "costs|is priced at|goes for|sells for|is sold at|comes at|is offered for|has a price of"),
    ("cost", "cost|come to|amount to|go for"),
    ("holds|contains", "holds|contains|has|takes|fits|carries|stores|includes|is filled with|is made up of|consists of"),
    ("hold|contain", "hold|contain|have|take|fit|carry|store|include"),
    ("buys", "buys|purchases|orders|gets|acquires|picks up|takes"),
    ("bought", "bought|purchased|ordered|got|acquired|picked up|took"),
    ("receives|gets", "receives|gets|is given|obtains|is handed|ends up with|takes home|is due"),
    ("get|receive", "get|receive|obtain|end up with|take home"),
    ("each", "each|each|every single one|individually"),
    ("every", "every|each|every single|any"),
    ("shared|divided|split", "shared|divided|split|distributed|handed out|dealt|given out|apportioned"),
    ("share|divide|split", "share|divide|split|distribute"),
    ("among|between", "among|between|amongst|across"),
    ("packed", "packed|put|placed|sorted|bundled|wrapped|boxed up|arranged|grouped"),
    ("full", "full|complete|whole|entire|completely filled"),
    ("sold", "sold|sold off|given to customers|passed over the counter"),
    ("more", "more|additional|further|extra|more|more"),
    ("another", "another|an additional|a further|an extra"),
    ("earns", "earns|makes|gets|is paid|receives|brings home"),
    ("money", "money|cash|money|savings"),
    ("spends", "spends|pays|uses up|lays out|gives out"),
    ("needs|requires", "needs|requires|takes|uses|calls for|demands"),
    ("makes|produces", "makes|produces|creates|turns out|manufactures|puts out|yields"),
    ("the rest|the others", "the rest|the others|the remaining ones|what remains|all the others"),
    ("How many", "How many|How many|What number of|How many of the|Exactly how many"),
    ("how many", "how many|how many|what number of|exactly how many"),
    ("there are|There are", "there are|we have|we see|one finds|there exist|you can see|we count"),
    ("people", "people|persons|folks|individuals"),
    ("new", "new|current|present|updated"),
    ("now", "now|at present|at this point|then|by then|at the moment"),
    ("twice as many", "twice as many|double the number|two times as many|double that"),
    ("half of", "half of|one half of|50 percent of|half"),
    ("left", "left|left|remaining"),
    ("total", "total|total|overall sum|sum|grand total"),
    ("difference", "difference|gap|distance|difference"),
    ("cut", "cut|chopped|sawn|snipped"),
    ("friends", "friends|buddies|pals|mates"),
    ("children|kids", "children|kids|youngsters|little ones"),
    ("gives", "gives|hands|passes|offers"),
    ("then", "then|after that|afterwards|later|next"),
    ("but", "but|however|yet|though"),
    ("How much", "How much|How much|What amount"),
    ("per|a|each(?= (?:day|hour|week|month|year|minute))", "per|a|each|every|in a|during one"),
]]
ASKING = ["Can you tell me ", "I wonder ", "Do you know ", "Please tell me ", "Tell me ", "So ", "Then ", "Now ", "Well, ",
          "I want to know ", "The question is ", "Could you say ", "I'd like to know ", "Say, ", "Guess ", "And ", "Let's see, "]
SENTENCES = re.compile(r"(?<=[.;]) +")
TITLES = re.compile(r"\b(?:Mrs?|Ms|Dr)\.")


def synonyms(env, text, rate):
    for pattern, choices in SYNONYMS:
        if env.random() < rate:
            text = pattern.sub(lambda m: env.pick(choices), text, count=1)
    return text


def soften(sentence):
    """Lower-case the first letter unless it looks like a name or I."""
    first = sentence.split(" ", 1)[0]
    plain = first in OPENING_WORDS or not first[:1].isupper()
    return sentence[:1].lower() + sentence[1:] if plain else sentence


OPENING_WORDS = set("""A An The There Each Every One In On At If When How What Which Of Out Only Two Three After Then Later She He
It They We You His Her My Our Their Some Someone Half From For With Today Yesterday All Among Together Altogether Another
Next Now By Since First Suppose Imagine Say Are Is Do Does Did Can Will Would Both Inside Everyone Everybody""".split())


def reorder(env, text):
    """Facts and question in another order: "If A and B, how many ...?", "How many ... if A and B?" """
    if TITLES.search(text):
        return text
    parts = SENTENCES.split(text)
    if not 2 <= len(parts) <= 4 or not re.match(r"(How|What|Which)\b", parts[-1]) or not parts[-1].endswith("?"):
        return text
    if any("?" in part for part in parts[:-1]):
        return text
    facts = [soften(part.rstrip(".;")) for part in parts[:-1]]
    question = soften(parts[-1])[:-1]
    joined = facts[0] if len(facts) == 1 else ", ".join(facts[:-1]) + env.pick([" and ", ", and ", " while ", "; "]) + facts[-1]
    r = env.random()
    if r < 0.40:
        return f"{env.pick(['If', 'When', 'Given that', 'Assuming', 'Suppose', 'Knowing that', 'Since', 'As', 'Say'])} {joined}, {question}?"
    if r < 0.75:
        return f"{question} {env.pick(['if', 'when', 'given that', 'provided that', 'assuming', 'considering that'])} {joined}?"
    if r < 0.85:
        return f"{question}? {env.pick(['Note that ', 'We know that ', 'It is known that ', 'Facts: ', 'Here is what we know: ', ''])}{joined}."
    return f"{joined} - {question}?"


def rewrite(env, text):
    r = env.random()
    if r < 0.16:
        text = reorder(env, text)
    elif r < 0.22:
        head, dot, tail = text.rpartition(". ")
        if re.match(r"(How|What|Which)\b", tail):
            text = head + dot + env.pick(ASKING) + soften(tail)
    return synonyms(env, text, 0.25) if env.random() < 0.6 else text
