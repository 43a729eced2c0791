"""Arithmetic without a story: symbols, words, chains of instructions."""
from training.environment import Bank

ASK_SYMBOLS = Bank("""
What is {E}?
What's {E}?
Compute {E}
Compute {E}.
Calculate {E}
Calculate: {E}
How much is {E}?
{E}
{E} = ?
{E} =
{E}=?
{E}?
Evaluate {E}.
Solve {E}
Solve: {E}
What does {E} equal?
What do you get for {E}?
Work out {E}.
Find {E}.
Find the value of {E}.
What is the value of {E}?
What is the result of {E}?
Give me the result of {E}
Tell me {E}
Can you compute {E}?
I need {E}, please
Please calculate {E}.
The answer to {E} is?
{E} makes?
Do the sum {E}
What number is {E}?
Could you work {E} out for me?
""")
ASK_WORDS = Bank("""
What is {E}?
What's {E}?
Compute {E}.
Calculate {E}.
How much is {E}?
{E}
{E}?
Work out {E}.
Find {E}.
Tell me {E}.
Please find {E}.
Can you tell me {E}?
I need {E}.
What do you get for {E}?
Give {E}.
Determine {E}.
Give me {E}, please.
I would like to know {E}.
State {E}.
What number is {E}?
""")
PHRASES = {  # noun-like phrases
    "a+b": Bank("""
{a} plus {b}
{a} added to {b}
the sum of {a} and {b}
{a} and {b} together
{b} more than {a}
the total of {a} and {b}
{a} increased by {b}
{a} and {b} added up
the result of adding {a} to {b}
"""),
    "a-b": Bank("""
{a} minus {b}
{a} take away {b}
the difference between {a} and {b}
the difference of {a} and {b}
{b} less than {a}
{b} subtracted from {a}
{a} less {b}
{a} decreased by {b}
{a} reduced by {b}
{b} taken from {a}
{a} without {b}
the result of subtracting {b} from {a}
"""),
    "a*b": Bank("""
{a} times {b}
{a} multiplied by {b}
the product of {a} and {b}
{a} by {b}
the product of {a} with {b}
{a} lots of {b}
{a} groups of {b}
{a} and {b} multiplied
the result of multiplying {a} by {b}
"""),
    "a/b": Bank("""
{a} divided by {b}
the quotient of {a} and {b}
{a} over {b}
{a} split into {b} equal parts
the whole part of {a} divided by {b}
the integer quotient of {a} by {b}
{a} shared by {b}
the result of dividing {a} by {b}
one part of {a} cut into {b} parts
"""),
    "a%b": Bank("""
the remainder of {a} divided by {b}
{a} mod {b}
{a} modulo {b}
the remainder when {a} is divided by {b}
the remainder of {a} by {b}
the rest of {a} divided by {b}
what is left when {a} is divided by {b}
the remainder when dividing {a} by {b}
what remains of {a} after division by {b}
the residue of {a} modulo {b}
"""),
}
COMMANDS = {
    "a+b": Bank("""
Add {a} and {b}[.|]
Add {b} to {a}[.|]
Sum {a} and {b}[.|]
Sum up {a} and {b}[.|]
Increase {a} by {b}[.|]
What do you get [when|if] you add {a} and {b}?
Put {a} and {b} together[.|]
"""),
    "a-b": Bank("""
Subtract {b} from {a}[.|]
Take {b} away from {a}[.|]
Take {b} from {a}[.|]
Reduce {a} by {b}[.|]
Decrease {a} by {b}[.|]
Deduct {b} from {a}[.|]
How much [bigger|larger|greater|more] is {a} than {b}?
How much [smaller|less] is {b} than {a}?
By how much does {a} exceed {b}?
What must be added to {b} to get {a}?
What do you get [when|if] you subtract {b} from {a}?
What number plus {b} is {a}?
Remove {b} from {a}[.|]
How far apart are {a} and {b}?
"""),
    "a*b": Bank("""
Multiply {a} by {b}[.|]
Multiply {a} with {b}[.|]
Multiply {a} and {b}[.|]
What do you get [when|if] you multiply {a} by {b}?
Find the product of the numbers {a} and {b}[.|]
Take {a} exactly {b} times[.|]
"""),
    "a/b": Bank("""
Divide {a} by {b}[.|]
Divide {a} into {b} equal [parts|groups][.|]
Split {a} into {b} equal [parts|groups][.|]
What do you get [when|if] you divide {a} by {b}?
How often does {b} go into {a}?
How many times does {b} fit in {a}?
What number times {b} is {a}?
Share {a} out {b} ways[.|]
"""),
    "a%b": Bank("""
Divide {a} by {b}. What is the remainder?
Divide {a} by {b} and give [only|] the remainder[.|]
What is left over when {a} is divided by {b}?
What remains when you divide {a} by {b}?
Give the remainder of {a} divided by {b}[.|]
Find the rest when {a} is divided by {b}[.|]
If you divide {a} by {b}, what is the remainder?
How much is left after dividing {a} by {b} evenly?
"""),
}
START = ["Start with {x}", "Take {x}", "Take the number {x}", "Begin with {x}", "Let x be {x}", "{x}"]
STEPS = {
    "+": ["add {x}", "add {x} to it", "plus {x}", "add {x} to the result", "increase it by {x}"],
    "-": ["subtract {x}", "take away {x}", "minus {x}", "subtract {x} from the result", "reduce it by {x}"],
    "*": ["multiply by {x}", "multiply it by {x}", "multiply the result by {x}", "times {x}"],
    "/": ["divide by {x}", "divide it by {x}", "divide the result by {x}", "divided by {x}"],
    "%": ["take the remainder modulo {x}", "find the remainder when divided by {x}", "take it mod {x}"],
}
THREE = Bank("""
(a+b)*c :: [What is|Compute|Calculate|Find|Work out] the sum of {a} and {b}[,|] [times|multiplied by] {c}[?|.]
(a+b)*c :: Add {a} and {b}[,| and] [then|] multiply [the result|the sum|it|] by {c}.
(a-b)*c :: [What is|Compute|Calculate|Find|Work out] the difference [of|between] {a} and {b}[,|] [times|multiplied by] {c}[?|.]
(a-b)*c :: Subtract {b} from {a}[,| and] [then|] multiply [the result|the difference|it|] by {c}.
(a+b)/c :: [What is|Compute|Calculate|Find|Work out] the sum of {a} and {b}[,|] divided by {c}[?|.]
(a+b)/c :: Add {a} and {b}[,| and] [then|] divide [the result|the sum|it|] by {c}.
(a-b)/c :: Subtract {b} from {a}[,| and] [then|] divide [the result|it|] by {c}.
(a+b)%c :: What is the remainder when the sum of {a} and {b} is divided by {c}?
(a-b)%c :: What is the remainder when the difference of {a} and {b} is divided by {c}?
a*b%c :: What is the remainder when [the product of {a} and {b}|{a} times {b}] is divided by {c}?
a*b+c :: Multiply {a} by {b}[,| and] [then|] add {c}.
a*b-c :: Multiply {a} by {b}[,| and] [then|] subtract {c}.
a*b+c :: [What is|Compute|Calculate|Find|Work out] [the product of {a} and {b}|{a} times {b}][,|] plus {c}[?|.]
a*b-c :: [What is|Compute|Calculate|Find|Work out] [the product of {a} and {b}|{a} times {b}][,|] minus {c}[?|.]
a*b+c :: What is {c} more than [the product of {a} and {b}|{a} times {b}]?
a*b-c :: What is {c} less than [the product of {a} and {b}|{a} times {b}]?
a*b/c :: [What is|Compute|Calculate|Find] the product of {a} and {b}[,|] divided by {c}[?|.]
a/b+c :: Divide {a} by {b}[,| and] [then|] add {c}.
a/b-c :: Divide {a} by {b}[,| and] [then|] subtract {c}.
a/b*c :: Divide {a} by {b}[,| and] [then|] multiply by {c}.
a+b+c :: [What is|Find|Compute] the sum of {a}, {b} and {c}[?|.]
a+b+c :: Add {a}, {b} and {c}[.| together]
a+b+c :: What do {a}, {b} and {c} add up to?
a*b*c :: [What is|Find|Compute] the product of {a}, {b} and {c}[?|.]
a*b*c :: Multiply {a}, {b} and {c}.
a-b-c :: Subtract {b} and {c} from {a}.
a-b-c :: From {a} subtract {b} and then {c}.
a-(b+c) :: Subtract the sum of {b} and {c} from {a}.
a-b*c :: Subtract the product of {b} and {c} from {a}.
a+b*c :: Add {a} to the product of {b} and {c}.
a*(b+c) :: Multiply {a} by the sum of {b} and {c}.
a*(b-c) :: Multiply {a} by the difference of {b} and {c}.
a/(b+c) :: Divide {a} by the sum of {b} and {c}.
a%(b+c) :: What is the remainder when {a} is divided by the sum of {b} and {c}?
(a+b)*c :: Take the sum of {a} and {b} and make it {c} times as large.
(a+b)/c :: What is one part if the sum of {a} and {b} is cut into {c} equal parts?
a*b+c :: By how much does one exceed zero if it is {a} times {b} and then {c} more?
a*b-c :: Take {a} times {b} and remove {c} again.
a*b%c :: Multiply {a} by {b} and keep only the remainder modulo {c}.
""")
INFIX = ["a+b", "a-b", "a*b", "a/b", "a%b"] * 3 + [
    "a+b+c", "a-b-c", "a+b-c", "a-b+c", "a*b*c", "a*b+c", "a*b-c", "a+b*c", "a-b*c", "(a+b)*c", "(a-b)*c", "a*(b+c)",
    "a*(b-c)", "(a+b)/c", "(a-b)/c", "a/b+c", "a/b-c", "a/b*c", "a*b/c", "a*b%c", "a/(b+c)", "(a+b)%c", "(a-b)%c",
    "a-(b+c)", "a-(b-c)", "a+b%c", "a%b+c", "a/b/c", "a%b*c", "a+b/c", "a-b/c",
    "(a+b)*(c+d)", "(a+b)*(c-d)", "a*b+c*d", "a*b-c*d", "a+b+c+d", "a-b-c-d", "(a+b-c)*d", "(a+b)*c-d", "a*b*c-d",
]
SYMBOLS = {"+": ["+"], "-": ["-", "-", "-", "−"], "*": ["*", "*", "x", "×", "·"], "/": ["/", "/", "÷"],
           "%": ["%", "%", " mod "]}
WORDS = {"+": " plus ", "-": " minus ", "*": " times ", "/": " divided by ", "%": " modulo "}
ANSWERS = ["The answer is {r}.", "The result is {r}.", "It is {r}.", "That is {r}.", "That makes {r}.", "The answer is {r}."]


def infix(env):
    expr = env.pick(INFIX)
    if env.random() < 0.85:
        space = " " if env.random() < 0.6 else ""
        table = {op: env.pick(forms) for op, forms in SYMBOLS.items()}
        if table["*"] == "x":
            space = " "
    else:
        space, table = "", WORDS
        if "(" in expr:
            expr = env.pick(["a+b-c", "a*b+c", "a*b-c", "a-b-c", "a+b+c", "a*b*c", "a*b/c", "a+b*c"])
    if env.numbers_for(expr, story=env.random() < 0.7) is None:
        return None
    shown = ""
    for ch in expr:
        if ch in table:
            symbol = table[ch]
            shown += symbol if symbol.startswith(" ") else f"{space}{symbol}{space}"
        else:
            shown += env.numbers[ch] if ch.isalpha() else ch
    bank = ASK_SYMBOLS if table is not WORDS else ASK_WORDS
    return expr, env.choose(bank).replace("{E}", shown), ANSWERS


def chain(env):
    expr, letters = "a", "bcd"
    count = 1 if env.random() < 0.3 else 2
    parts = [env.pick(START).replace("{x}", "{a}")]
    for i in range(count):
        op = env.pick("+-*/+-*%") if i == count - 1 else env.pick("+-*/+-*")
        expr = f"({expr}){op}{letters[i]}" if op in "*/%" and ("+" in expr or "-" in expr) else f"{expr}{op}{letters[i]}"
        parts.append(env.pick(STEPS[op]).replace("{x}", "{" + letters[i] + "}"))
    if env.numbers_for(expr) is None:
        return None
    link = env.pick([", ", ", then ", ". Then ", " and then ", ". ", " and ", ", and then "])
    text = link.join(parts) if count == 1 or env.random() < 0.6 else f"{parts[0]}, {parts[1]}{link}{parts[2]}"
    ending = env.pick([".", ". What is the result?", ". What do you get?", ". What number is that?", "", ", what do you get?"])
    return expr, env.say(text) + ending, ANSWERS


def build(env):
    """-> (expression over letters, text, answers), or None where no fitting numbers were found"""
    r = env.random()
    if r < 0.42:
        return infix(env)
    if r < 0.56:
        return chain(env)
    if r < 0.76:
        expr, text = env.choose(THREE).split(" :: ")
        if env.numbers_for(expr) is None:
            return None
        return expr, env.say(text), ANSWERS
    expr = env.pick(["a+b", "a-b", "a*b", "a/b", "a%b"])
    if env.numbers_for(expr, story=env.random() < 0.9) is None:
        return None
    if r < 0.90:
        phrase = env.say(env.choose(PHRASES[expr]))
        return expr, env.choose(ASK_WORDS).replace("{E}", phrase), ANSWERS
    return expr, env.say(env.choose(COMMANDS[expr])), ANSWERS
