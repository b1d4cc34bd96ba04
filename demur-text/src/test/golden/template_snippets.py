"""Renders the rows of snippets.json again with jinja2, set up as transformers does, and rewrites what is expected.

usage: python template_snippets.py ../resources/org/demur/text/template/snippets.json     (needs: jinja2==3.1.6)
A new row needs only "template"; its result is filled in. Rows: {"template", "rendered" | "error"}, where "error" is
the message of raise_exception or "<type name>".
"""
import copy, json, sys
from datetime import datetime
import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Raised(Exception):
    pass


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise Raised(message)


def render(template, variables):
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = to_json
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda f: datetime(2025, 6, 15, 10, 30).strftime(f)
    try:
        return {"rendered": env.from_string(template).render(**copy.deepcopy(variables))}
    except Raised as e:
        return {"error": str(e)}
    except Exception as e:
        return {"error": f"<{type(e).__name__}>"}


if __name__ == "__main__":
    assert jinja2.__version__ == "3.1.6", jinja2.__version__
    path = sys.argv[1]
    document = json.load(open(path, encoding="utf-8"))
    variables = document["variables"]
    rows = [{"template": row["template"], **render(row["template"], variables)} for row in document["rows"]]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"variables": ' + json.dumps(variables, ensure_ascii=False) + ',\n"rows": [\n' + lines + "\n]}\n")
    print(len(rows), "rows")
