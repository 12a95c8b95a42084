"""What the HTTP documents show beside the code: an example for every body, and an index page without a script."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

TEXT = "经核实，所反映的问题不属实。"
BY_NAME = {
    "place": "当事人所在单位",
    "plan": "核对材料来源，走访有关人员。",
    "goals": "放下包袱，改正错误，做好本职工作。",
    "authority": "party-organisation",
    "finding": "已核对来文与案卷，维持现有处理。",
    "opinion": "材料齐全，同意。",
    "text": "完善决策程序，补办手续。",
}
BY_PATTERN = {
    r"^[0-9]{6}\.[A-Z_]+\.[1-9]$": "330206.HANDLER.1",
    r"^[0-9A-Za-z._:/-]{1,64}$": "CQ-330206-2023-0001",
    r"^[0-9]{6}-[0-9]{4}$": "330206-0017",
    r"^([SG]-[0-9a-f]{12}|[0-9]{6}-[0-9]{4})$": "S-0a41c7be9d22",
    r"^[0-9]{6}$": "330206",
    r"^I[0-9]{1,3}$": "I1",
    r"^[A-Z_]{1,40}$": "AWARD",
}
"""An example for each pattern that commands use; a new pattern without one fails the test of examples."""

BY_FORMAT = {"date": "2023-03-20", "date-time": "2023-03-20T16:20:00+08:00"}
PERSONS = ("330206.HANDLER.1", "330206.HANDLER.2")
SHORT = 500
CODE = re.compile(r"`([^`]+)`")
HTTP_METHODS = ("get", "post")
Schema = Mapping[str, Any]


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return a body that the model accepts, from its own schema: what is required, and what has a telling default."""
    schema = model.model_json_schema()
    found: dict[str, Any] = _example(schema, schema.get("$defs", {}), "")
    return found


def _example(schema: Schema, definitions: Mapping[str, Schema], name: str) -> Any:
    if "$ref" in schema:
        return _example(definitions[schema["$ref"].rpartition("/")[2]], definitions, name)
    if schema.get("default") is not None:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        chosen = next(option for option in schema["anyOf"] if option.get("type") != "null")
        return _example(chosen, definitions, name)
    return KINDS[schema["type"]](schema, definitions, name)


def _object(schema: Schema, definitions: Mapping[str, Schema], name: str) -> dict[str, Any]:
    if "properties" in schema or not isinstance(schema.get("additionalProperties"), dict):
        fields = schema.get("properties", {}).items()
        return {
            field: _example(inner, definitions, field)
            for field, inner in fields
            if field in schema.get("required", ()) or inner.get("default") is not None
        }
    keys = definitions.get(schema.get("propertyNames", {}).get("$ref", "").rpartition("/")[2], {}).get("enum", ["key"])
    return {key: _example(schema["additionalProperties"], definitions, name) for key in keys}


def _array(schema: Schema, definitions: Mapping[str, Schema], name: str) -> list[Any]:
    if name in {"staff", "investigators", "recusal_declared_by"}:
        return list(PERSONS)
    return [_example(schema["items"], definitions, name)]


def _string(schema: Schema, _definitions: Mapping[str, Schema], name: str) -> str:
    if name in BY_NAME:
        return BY_NAME[name]
    if "pattern" in schema:
        return BY_PATTERN[schema["pattern"]]
    if "format" in schema:
        return BY_FORMAT[schema["format"]]
    return TEXT if schema.get("maxLength", 0) > SHORT else f"{name.upper().replace('_', '-')}-1"


def _number(schema: Schema, _definitions: Mapping[str, Schema], _name: str) -> int:
    return int(schema.get("minimum", 1))


def _boolean(_schema: Schema, _definitions: Mapping[str, Schema], _name: str) -> bool:
    return True


KINDS = {"object": _object, "array": _array, "string": _string, "integer": _number, "boolean": _boolean}


def body_with(example: Any, media_type: str = "application/json") -> dict[str, Any]:
    """Return what a route says of its request body beside the schema: one example."""
    return {"requestBody": {"content": {media_type: {"example": example}}}}


WORDS = {
    "zh": {
        "title": "清风 接口一览",
        "hint": "谁在办理写在请求头 X-Qingfeng-Person；每次 POST 带 Idempotency-Key；语言由 Accept-Language 决定。"
        "POST 返回位置 position，读取时带 after=位置 即可等到自己写入的内容。",
        "document": "机器可读的完整说明",
        "body": "请求示例",
        "query": "查询参数",
        "optional": "可不填",
    },
    "en": {
        "title": "Qingfeng: the routes",
        "hint": "Say who acts in the header X-Qingfeng-Person; send an Idempotency-Key with every POST; "
        "Accept-Language chooses the language. "
        "A POST returns a position; a GET with after=<position> waits for what was written.",
        "document": "the whole description for machines",
        "body": "request example",
        "query": "query parameters",
        "optional": "may be left out",
    },
}
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430}"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .3rem;border-bottom:1px solid #cfd6df}"
    "code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:#f3f5f8;padding:.6rem;overflow:auto}"
    "details{margin:.15rem 0}summary{cursor:pointer}b{display:inline-block;width:3.2rem;color:#0b5c8a}"
    "p{margin:.3rem 0}.t{color:#566}"
)


def index_page(document: Schema, speaks: str) -> str:
    """Return a page that lists every route with its words and example; it needs no script and nothing from outside."""
    words = WORDS[speaks]
    by_tag: dict[str, list[str]] = {}
    for path, routes in document["paths"].items():
        for method in HTTP_METHODS:
            if method in routes:
                tag = routes[method].get("tags", ["–"])[0]
                lines = _lines(document, routes[method], words)
                by_tag.setdefault(tag, []).append(_row(path, method, routes[method].get("summary", ""), lines))
    parts = [f"<h2 id='{_safe(tag)}'>{_safe(tag)}</h2>{''.join(rows)}" for tag, rows in by_tag.items()]
    links = " · ".join(f"<a href='#{_safe(tag)}'>{_safe(tag)}</a>" for tag in by_tag)
    return (
        f"<!doctype html><html lang='{speaks}'><meta charset='utf-8'><title>{words['title']}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style>"
        f"<h1>{words['title']}</h1><p>{_prose(words['hint'])}</p>"
        f"<p><a href='openapi.json'>openapi.json</a> {words['document']}</p><p>{links}</p>{''.join(parts)}</html>"
    )


def _row(path: str, method: str, summary: str, lines: list[str]) -> str:
    return (
        f"<details><summary><b>{method.upper()}</b><code>{_safe(path)}</code> {_safe(summary)}</summary>"
        f"{''.join(lines)}</details>"
    )


def _lines(document: Schema, route: Schema, words: Mapping[str, str]) -> list[str]:
    lines = [f"<p class='t'>{_prose(line)}</p>" for line in route.get("description", "").split("\n\n") if line]
    queries = [parameter["name"] for parameter in route.get("parameters", ()) if parameter["in"] == "query"]
    if queries:
        lines.append(f"<p>{words['query']}: <code>{_safe(', '.join(queries))}</code></p>")
    for media_type, content in route.get("requestBody", {}).get("content", {}).items():
        if "example" in content:
            lines.append(f"<p>{words['body']} ({media_type})</p><pre>{_safe(_shown(content['example']))}</pre>")
        optional = _optional(document, content.get("schema", {}))
        if optional:
            lines.append(f"<p>{words['optional']}: <code>{_safe(', '.join(optional))}</code></p>")
    return lines


def _optional(document: Schema, schema: Schema) -> list[str]:
    if "$ref" not in schema:
        return []
    body = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return [field for field in body.get("properties", {}) if field not in body.get("required", ())]


def _shown(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=1)


def _prose(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", _safe(text))


def _safe(text: str) -> str:
    return html.escape(text)
