"""Our own short chat templates over a few conversations, rendered by Jinja2 set up as transformers sets it up."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from pathlib import Path

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime(2025, 3, 9, 7, 5)

TEMPLATES = {
    # roles between markers, a default system message, trimming, the generation prompt
    "lantern": """\
{%- if messages[0].role != 'system' %}
{{- '<|turn|>system\\nYou keep the light.<|end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{{- '<|turn|>' + message['role'] + '\\n' + message.content | trim + '<|end|>' + '\\n' }}
{%- endfor %}
{% if add_generation_prompt %}
<|turn|>assistant
{% endif %}
""",
    # namespace, slices, alternation enforced, arithmetic, conditional expressions, an optional variable
    "ledger": """\
{%- set state = namespace(rounds=0, system='') -%}
{%- if messages[0]['role'] == 'system' -%}
  {%- set state.system = messages[0]['content'] -%}
  {%- set rest = messages[1:] -%}
{%- else -%}
  {%- set rest = messages -%}
{%- endif -%}
{{- bos_token -}}
{%- for message in rest -%}
  {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
    {{- raise_exception('The ledger wants user and assistant in turns, line ' ~ loop.index ~ ' breaks them') -}}
  {%- endif -%}
  {%- if message['role'] == 'user' -%}
    {%- set state.rounds = state.rounds + 1 -%}
    {{- '[' ~ state.rounds ~ '] ' ~ (state.system ~ ' | ' if loop.first and state.system else '') -}}
    {{- message['content'] -}}
  {%- elif message['role'] == 'assistant' -%}
    {{- ' => ' + message['content'].strip() + eos_token + ('' if loop.last else '\\n') -}}
  {%- else -%}
    {{- raise_exception('Unknown role: ' + message['role']) -}}
  {%- endif -%}
{%- endfor -%}
{{- ' (' ~ closing | default('no closing', true) ~ ')' if closing is defined -}}
""",
    # tools: JSON in both spacings, macros with defaults, dictionaries, calls and results
    "workshop": """\
{%- macro field(name, spec, mark='-') -%}
{{ mark }} {{ name }}{% if spec.type is defined %}: {{ spec.type | upper }}{% endif %}
{%- if spec.description %} ({{ spec.description }}){% endif %}
{%- endmacro -%}
{%- if tools is not none and tools -%}
Tools: {{ tools | map(attribute='function') | map(attribute='name') | join(', ') }}
{% for tool in tools -%}
{{ tool | tojson }}
{{ tool.function.parameters | tojson(indent=2) }}
{% for name, spec in tool.function.parameters.properties.items() -%}
{{ field(name, spec, mark='*' if name in tool.function.parameters.required | default([]) else '-') }}
{% endfor -%}
{%- endfor -%}
{%- else -%}
No tools.
{% endif -%}
{%- for message in messages -%}
{%- if message.tool_calls is defined and message.tool_calls -%}
{%- for call in message.tool_calls -%}
call {{ call.function.name }} with {% for key, value in call.function.arguments | items -%}
  {{ key }}={{ value | tojson }}{{ ', ' if not loop.last }}
{%- endfor %};
{% endfor -%}
{%- elif message.role == 'tool' -%}
result {{ loop.index0 }}: {{ message.content if message.content is string else message.content | tojson }}
{% else -%}
{{ message.role | capitalize }}: {{ message.content }}
{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt %}Assistant:{% endif -%}
""",
    # thoughts cut out of older answers, loops backwards, neighbours in a loop, generation blocks
    "thinker": """\
{%- set find = namespace(last=-1) -%}
{%- for message in messages[::-1] -%}
  {%- if message.role == 'user' and find.last == -1 -%}
    {%- set find.last = messages | length - 1 - loop.index0 -%}
  {%- endif -%}
{%- endfor -%}
{%- for message in messages -%}
  {%- if message.role == 'assistant' -%}
    {%- generation -%}
    {%- set text = message.content -%}
    {%- if '</think>' in text -%}
      {%- set thought = text.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') -%}
      {%- set text = text.split('</think>')[-1].lstrip('\\n') -%}
    {%- endif -%}
    {{- '<a>' -}}
    {%- if loop.index0 > find.last and thought is defined -%}{{- '(' + thought + ')' -}}{%- endif -%}
    {{- text + '</a>' -}}
    {%- endgeneration -%}
  {%- else -%}
    {%- if loop.previtem is defined and loop.previtem.role == message.role -%}{{- '<again/>' -}}{%- endif -%}
    {{- '<u>' ~ message.content ~ '</u>' -}}
    {%- if loop.nextitem is not defined -%}{{- '<end/>' -}}{%- endif -%}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<a>' -}}
  {%- if enable_thinking is defined and enable_thinking is false -%}{{- '<think>\\n\\n</think>\\n\\n' -}}{%- endif -%}
{%- endif -%}
""",
    # content as text or as parts, loop filters, for-else, set blocks, break and continue, tests and negations
    "mosaic": """\
{#- Parts that are no text are counted, not shown. -#}
{% for message in messages %}
    {% if message.role not in ['user', 'assistant', 'system'] %}{% continue %}{% endif %}
    {% set line %}
{{ message.role }}:
    {%- if message.content is string %} {{ message.content }}
    {%- elif message.content is iterable and message.content is not mapping %}
        {%- for part in message.content if part.type == 'text' %} {{ part.text }}{% else %} (nothing){% endfor %}
        {%- set others = message.content | rejectattr('type', 'equalto', 'text') | list %}
        {%- if others %} +{{ others | length }}{% endif %}
    {%- endif %}
    {% endset %}
{{ line | trim | replace('\\n', '/') }}
    {% if loop.index == 4 %}{% break %}{% endif %}
{% endfor %}
{{ 'first: ' ~ (messages | selectattr('role', 'equalto', 'user') | list | first).role }}
""",
    # dates, string methods, literals, comparisons, whitespace kept and cut
    "almanac": """\
{%- if not date_string is defined %}
    {%- set date_string = strftime_now('%d %b %Y') if strftime_now is defined else 'no date' %}
{%- endif %}
Today: {{ date_string }} ({{ strftime_now("%Y-%m-%d %H:%M") }})
{% set names = {'user': 'Visitor', 'assistant': 'Almanac', 'n': 3} %}
{% for message in messages if message.content %}
{%- set text = message.content if message.content is string else '' %}
{{ loop.index }}/{{ loop.length }} {{ names[message.role] or 'Somebody' }}: {{ text[:12] }}
  {{- '...' if text | length > 12 }}
  {{- ' !' if text.endswith('?') or text.startswith('  ') }}
{% endfor %}
{{ [1, 2.5, true, none, 'a'] | string }} {{ names.n // 2 }} {{ 7 / 2 }} {{ 2 ** 5 }} {{ -names.n + 1 }}
{{ 1 < 2 and not false }}
""",
    # what must fail: each conversation takes another way out
    "thorns": """\
{%- if messages[0].role == 'system' -%}{{ raise_exception('No system message here') }}
{%- elif messages | length > 2 -%}{{ messages[0].nothing.deeper }}
{%- elif messages[0].content is not string -%}{{ 'parts: ' + messages[0].content }}
{%- elif messages[0].role == 'assistant' -%}{{ messages[0].content.__class__.__mro__ }}
{%- else -%}{{ missing }}|{{ messages[0].missing }}|{{ messages[0].content }}
{%- endif -%}
""",
}


def turn(role: str, content: object, **more: object) -> dict:
    return {"role": role, "content": content, **more}


WEIGH = {
    "type": "function",
    "function": {
        "name": "weigh",
        "description": 'Weight of a thing in kg, "as is" & <dry>.',
        "parameters": {
            "type": "object",
            "properties": {"thing": {"type": "string", "description": "what"}, "wet": {"type": "boolean"}},
            "required": ["thing"],
        },
    },
}
CONVERSATIONS = {
    "question": dict(messages=[turn("user", "How deep is the harbour?")]),
    "system": dict(messages=[turn("system", "Be brief.\n"), turn("user", "Name two knots.")]),
    "answered": dict(
        messages=[turn("user", "Hi"), turn("assistant", "<think>\nPolite.\n</think>\n\n Good day. ")],
        add_generation_prompt=False,
    ),
    "turns": dict(
        messages=[
            turn("user", "2+2?"),
            turn("assistant", "<think>\nSmall.\n</think>\n\n4"),
            turn("user", "  3+3?"),
            turn("assistant", "<think>Also small.</think>6"),
            turn("user", "So?"),
        ],
        variables={"enable_thinking": False, "closing": ""},
    ),
    "twice": dict(messages=[turn("user", "One"), turn("user", "Two")], variables={"closing": "done"}),
    "assistant-first": dict(messages=[turn("assistant", "I begin."), turn("user", "Oh?")]),
    "stranger": dict(messages=[turn("user", "Go on"), turn("narrator", "Night fell.")]),
    "awkward": dict(messages=[turn("user", "  🦀🌊 漢 {{ 7*7 }} {% raw %} <|end|> \"q\" 'q' \\n é\u200b\n\n end  \n")]),
    "parts": dict(
        messages=[
            turn("user", [{"type": "text", "text": "Look"}, {"type": "image"}, {"type": "text", "text": "here"}]),
        ]
    ),
    "tools": dict(
        messages=[
            turn("user", "How heavy is the anchor?"),
            turn(
                "assistant",
                "",
                tool_calls=[
                    {"type": "function", "function": {"name": "weigh", "arguments": {"thing": "åra", "wet": True}}}
                ],
            ),
            turn("tool", {"kg": 12.5, "of": None}),
        ],
        tools=[WEIGH],
        variables={"date_string": "1 May 1901"},
    ),
}


class Raised(Exception):
    """What a template's own raise_exception throws."""


class Generation(Extension):
    """{% generation %} marks the assistant's words and renders them unchanged."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


def environment() -> jinja2.Environment:
    """Sandboxed, blocks trimmed and left-stripped, with transformers' tojson, raise_exception and strftime_now."""

    def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise Raised(message)

    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    made.filters["tojson"] = tojson
    made.globals |= {"raise_exception": raise_exception, "strftime_now": NOW.strftime}
    return made


def render(name: str, case: str) -> dict:
    """One template over one conversation: the text, or the error."""
    chat = {"tools": None, "add_generation_prompt": True, "variables": {}} | copy.deepcopy(CONVERSATIONS[case])
    chat["variables"] = {"bos_token": "<s>", "eos_token": "</s>"} | chat["variables"]
    result = {"template": name, "case": case, **copy.deepcopy(chat)}
    variables = chat.pop("variables")
    try:
        result["rendered"] = environment().from_string(TEMPLATES[name]).render(**chat, **variables, documents=None)
    except Raised as error:
        result["error"] = str(error)
    except Exception as error:  # the template's own fault, named by its kind
        result["error"] = f"<{type(error).__name__}>"
    return result


def make_all(folder: Path) -> None:
    """Writes templates.json, one case a line."""
    cases = [render(name, case) for name in TEMPLATES for case in CONVERSATIONS]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    head = {"now": NOW.isoformat(), "jinja2": jinja2.__version__, "templates": TEMPLATES}
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    (folder / "templates.json").write_text(f'{text},\n "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"templates.json: {len(cases)} cases, {sum('error' in case for case in cases)} of them errors")
