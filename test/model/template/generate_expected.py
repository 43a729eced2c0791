"""Renders conversations.json with Python's jinja2, as Hugging Face's chat template code sets it up, to expected.json.

Usage: python3 generate_expected.py FOLDER_WITH_JINJA_FILES
Needs jinja2. A conversation that a template rejects is recorded as {"error": message}.
"""

import json
import sys
from pathlib import Path

from jinja2.exceptions import TemplateError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

here = Path(__file__).parent
tokens = {"bos_token": "<BOS>", "eos_token": "<EOS>"}


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise TemplateError(message)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception


def render(template, conversation):
    values = {
        "messages": conversation["messages"],
        "add_generation_prompt": conversation.get("addGenerationPrompt", True),
        **tokens,
        **conversation.get("variables", {}),
    }
    if "tools" in conversation:
        values["tools"] = conversation["tools"]
    try:
        return {"text": template.render(**values)}
    except TemplateError as error:
        return {"error": str(error)}


conversations = json.loads((here / "conversations.json").read_text())
expected = {
    path.name: {c["name"]: render(environment.from_string(path.read_text()), c) for c in conversations}
    for path in sorted(Path(sys.argv[1]).glob("*.jinja"))
}
(here / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")
