"""Forms and XML as trees: structures as dicts, lists as lists, maps as dicts, every leaf a string.

What a shape does not know stays in the tree under the name it has on the wire, for the judge to find.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from contract.models import Service
from contract.values import Judge


def form_parameters(body: bytes) -> tuple[dict[str, str], dict[str, Any]]:
    """`Action` and `Version`, and the other parameters, nested at their dots."""
    head: dict[str, str] = {}
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(body.decode(), keep_blank_values=True):
        if key in ("Action", "Version"):
            head[key] = value
            continue
        node = tree
        *parents, last = key.split(".")
        for parent in parents:
            below = node.setdefault(parent, {})
            if not isinstance(below, dict):
                below = node[parent] = {"": below}
            node = below
        node[last] = value
    return head, tree


class FormReader:
    """Reads a nested form by the shapes of a service."""

    def __init__(self, service: Service, judge: Judge) -> None:
        self._service = service
        self._judge = judge

    def read(self, name: str, node: Any, path: str) -> Any:
        """The tree of the shape of that name."""
        shape = self._service.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            if not isinstance(node, dict):
                return node
            known = self._service.members(name)
            return {
                key: self.read(known[key][1]["shape"], below, f"{path}.{key}") if key in known else below
                for key, below in node.items()
            }
        if kind == "list":
            wrapper = None if shape.get("flattened") else shape["member"].get("locationName", "member")
            items = self._numbered(node, wrapper, path)
            return [self.read(shape["member"]["shape"], item, f"{path}[{i}]") for i, item in enumerate(items)]
        if kind == "map":
            key_name = shape["key"].get("locationName", "key")
            value_name = shape["value"].get("locationName", "value")
            entries: dict[str, Any] = {}
            for item in self._numbered(node, None if shape.get("flattened") else "entry", path):
                if not isinstance(item, dict) or set(item) != {key_name, value_name}:
                    self._judge.blame(path, f"has an entry that is not a {key_name} and a {value_name}")
                    continue
                value = self.read(shape["value"]["shape"], item[value_name], path)
                entries[str(item[key_name])] = value
            return entries
        return node

    def _numbered(self, node: Any, wrapper: str | None, path: str) -> list[Any]:
        """The values of members that are numbered from 1 without a gap."""
        if wrapper and isinstance(node, dict) and set(node) == {wrapper}:
            node = node[wrapper]
        elif wrapper and node != "":
            self._judge.blame(path, f"is a list or map whose members are not below `{wrapper}`")
            return []
        if node == "":
            return []
        numbers = [str(number) for number in range(1, len(node) + 1)] if isinstance(node, dict) else None
        if numbers is None or set(node) != set(numbers):
            self._judge.blame(path, "is a list or map whose members are not numbered from 1 without a gap")
            return []
        return [node[number] for number in numbers]


def local(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1]


def namespace(element: ElementTree.Element) -> str:
    """An element's namespace."""
    return element.tag[1:].split("}")[0] if element.tag.startswith("{") else ""


class XmlReader:
    """Reads XML by the shapes of a service."""

    def __init__(self, service: Service, judge: Judge) -> None:
        self._service = service
        self._judge = judge

    def read(self, name: str, element: ElementTree.Element, path: str) -> Any:
        """The tree of the shape of that name."""
        shape = self._service.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return self._structure(name, element, path)
        if kind == "list":
            wanted = shape["member"].get("locationName", "member")
            for child in element:
                if local(child) != wanted:
                    self._judge.blame(f"{path}.{local(child)}", f"stands where only `{wanted}` may stand")
            items = [child for child in element if local(child) == wanted]
            return [self.read(shape["member"]["shape"], item, f"{path}[{i}]") for i, item in enumerate(items)]
        if kind == "map":
            return self._map(shape, element, path)
        if len(element):
            self._judge.blame(path, f"has elements below it, where a {kind} is expected")
        return element.text or ""

    def _structure(self, name: str, element: ElementTree.Element, path: str) -> dict[str, Any]:
        known = self._service.members(name)
        tree: dict[str, Any] = {}
        for child in element:
            key = local(child)
            if key in tree:
                self._judge.blame(f"{path}.{key}", "stands there twice")
            below = f"{path}.{key}"
            tree[key] = self.read(known[key][1]["shape"], child, below) if key in known else child.text
        if (element.text or "").strip():
            self._judge.blame(path, "has text, where only elements may stand")
        return tree

    def _map(self, shape: Any, element: ElementTree.Element, path: str) -> dict[str, Any]:
        key_name = shape["key"].get("locationName", "key")
        value_name = shape["value"].get("locationName", "value")
        entries: dict[str, Any] = {}
        for child in element:
            parts = {local(part): part for part in child}
            if local(child) != "entry" or set(parts) != {key_name, value_name}:
                self._judge.blame(path, f"has something else than an entry of a {key_name} and a {value_name}")
                continue
            key = parts[key_name].text or ""
            entries[key] = self.read(shape["value"]["shape"], parts[value_name], f"{path}[{key!r}]")
        return entries
