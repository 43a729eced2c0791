"""Integer C expressions over + - * / % ( ): evaluation as the machine does it, and operand sampling."""
import ast
import functools
import re


class EvaluationError(Exception):
    """The text that the machine reports after `error: `."""


def evaluate(text):
    """Value of a C expression in signed 64-bit arithmetic; `/` and `%` truncate toward zero."""
    tokens, at = re.findall(r"\d+|\S", text), 0

    def peek():
        return tokens[at] if at < len(tokens) else ""

    def unary():
        nonlocal at
        token = peek()
        at += 1
        if token == "-":
            return -unary()
        if token == "+":
            return unary()
        if token == "(":
            value = additive()
            if peek() != ")":
                raise EvaluationError("expected ')'")
            at += 1
            return value
        if not token.isdigit():
            raise EvaluationError("expected expression")
        return int(token)

    def multiplicative():
        nonlocal at
        value = unary()
        while peek() in ("*", "/", "%"):
            op = peek()
            at += 1
            right = unary()
            if op == "*":
                value *= right
            elif right == 0:
                raise EvaluationError("division by zero")
            else:
                quotient = abs(value) // abs(right)
                quotient = quotient if (value < 0) == (right < 0) else -quotient
                value = quotient if op == "/" else value - right * quotient
        return value

    def additive():
        nonlocal at
        value = multiplicative()
        while peek() in ("+", "-"):
            op = peek()
            at += 1
            right = multiplicative()
            value = value + right if op == "+" else value - right
        return value

    value = additive()
    if at != len(tokens):
        raise EvaluationError("expected end of expression")
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


@functools.lru_cache(None)
def shape(expr):
    """Facts about an expression over letters: (letters, check), where check(values) says that in a story
    no intermediate value is negative and no division is trivial."""
    tree = ast.parse(expr.replace("/", "//"), mode="eval").body
    letters = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})

    def source(node):
        return ast.unparse(node)

    conditions = []
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            left, right = source(node.left), source(node.right)
            if isinstance(node.op, ast.Sub):
                conditions.append(f"({left}) >= ({right})")
            elif isinstance(node.op, (ast.FloorDiv, ast.Mod)):
                conditions += [f"({right}) >= 2", f"({left}) >= ({right})"]
    body = " and ".join(reversed(conditions)) or "True"
    check = eval(f"lambda {', '.join(letters)}: {body}")  # noqa: S307 (our own template text)
    return letters, check


def draw_number(rng, digits=5):
    """A positive integer whose number of digits is uniform in 1..digits."""
    n = 1 + int(rng.random() * digits)
    low = 10 ** (n - 1) if n > 1 else 1
    return low + int(rng.random() * (10**n - low))


def draw(rng, expr, digits=5, story=True, limits=None):
    """Operand values for the letters of `expr`; `limits` maps a letter to its largest value."""
    letters, check = shape(expr)
    if rng.random() < 0.35:
        digits = min(digits, 2 + int(rng.random() * 2))  # everyday sizes
    for attempt in range(60):
        values = {}
        for x in letters:
            values[x] = draw_number(rng, digits)
            if limits and x in limits:
                values[x] = 2 + int(rng.random() * (limits[x] - 1))
        if not story or check(**values):
            break
        if attempt > 25:
            digits = max(2, digits)
            big = max(values, key=values.get)
            if not (limits and letters[0] in limits) and not (limits and big in limits):
                values[letters[0]], values[big] = values[big], values[letters[0]]
            if check(**values):
                break
    else:
        return None
    if story and expr == "a/b" and rng.random() < 0.5:  # exact division
        quotient = max(1, values["a"] // values["b"])
        values["a"] = quotient * values["b"]
    elif story and expr in ("(a+b)/c", "(a-b)/c") and rng.random() < 0.4:
        rest = (values["a"] + (values["b"] if "+" in expr else -values["b"])) % values["c"]
        if values["a"] - rest > values["b"]:
            values["a"] -= rest
    return values


def in_text_order(expr, position):
    """Order commutative operands as they appear in the question, so that there is one right answer to write."""
    def swap(match):
        x, op, y = match.groups()
        return f"{y}{op}{x}" if position[x] > position[y] else match.group(0)

    if re.fullmatch(r"[a-z](\+[a-z])+", expr) or re.fullmatch(r"[a-z](\*[a-z])+", expr):
        op = expr[1]
        return op.join(sorted(expr[::2], key=position.get))
    expr = re.sub(r"(?<![*/%-])\b([a-z])(\*)([a-z])\b", swap, expr)
    expr = re.sub(r"(?<=-)\b([a-z])(\*)([a-z])\b", swap, expr)
    return re.sub(r"(?<=\()([a-z])(\+)([a-z])(?=\))", swap, expr)
