"""Holds an answer against the model of the operation that was asked for."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import cbor2

from contract.errors import COMMON_JSON, COMMON_QUERY, COMMON_STATUS
from contract.messages import Message
from contract.models import DeclaredError, Operation
from contract.request_check import Checked, parse_cbor, parse_json
from contract.trees import XmlReader, local, namespace
from contract.values import Dialect, Judge, Problem


class AnswerCheck:
    """One answer to one request."""

    def __init__(self, asked: Checked, answer: Message) -> None:
        self._asked = asked
        self._answer = answer
        self.problems: list[Problem] = []
        # The code of the error, if the answer is one.
        self.code: str | None = None

    def run(self) -> AnswerCheck:
        """Checks everything."""
        reader = {"json": self._json, "cbor": self._cbor, "query": self._query, "rest-json": self._rest}
        check = reader.get(self._asked.protocol)
        if check is not None and self._asked.service is not None:
            try:
                check()
            except (ValueError, ElementTree.ParseError, UnicodeDecodeError, cbor2.CBORDecodeError) as error:
                self._blame("$", f"cannot be read: {error}")
            if not self._answer.headers.get("x-amzn-requestid"):
                self._blame("x-amzn-requestid", "is missing")
        elif self._answer.status < 400:
            self._blame("status", f"is {self._answer.status} for a request that no model knows")
        if self._asked.operation is None and self._asked.service is not None and self._answer.status < 400:
            self._blame("status", f"is {self._answer.status} for an operation that the model does not have")
        if self._asked.marked and self._answer.status < 400:
            self._blame("status", f"is {self._answer.status} for a request that is malformed on purpose")
        return self

    def _blame(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, message))

    def _expect(self, path: str, found: Any, wanted: Any) -> None:
        if found != wanted:
            self._blame(path, f"is {found!r} and not {wanted!r}")

    def _result(self, dialect: Dialect, value: Any) -> None:
        assert self._asked.service
        operation = self._asked.operation
        if operation is None:
            return
        judge = Judge(self._asked.service, dialect)
        if operation.output:
            judge.check(operation.output, value, "$")
        elif value:
            judge.blame("$", "has members, and the operation answers with none")
        self.problems += judge.problems

    # JSON and CBOR

    def _json(self) -> None:
        assert self._asked.service
        self._expect(
            "content-type",
            self._answer.content_type,
            f"application/x-amz-json-{self._asked.service.metadata['jsonVersion']}",
        )
        self._document(parse_json(self._answer.content()), Dialect.JSON)

    def _cbor(self) -> None:
        self._expect("smithy-protocol", self._answer.headers.get("smithy-protocol"), "rpc-v2-cbor")
        if self._answer.body:
            self._expect("content-type", self._answer.content_type, "application/cbor")
        self._document(parse_cbor(self._answer.content()), Dialect.CBOR)

    def _document(self, body: Any, dialect: Dialect) -> None:
        if self._answer.status == 200:
            self._result(dialect, body)
            return
        if not isinstance(body, dict) or not isinstance(body.get("__type"), str):
            self._blame("$.__type", "is missing from an error")
            return
        shape = body["__type"].split("#")[-1].split(":")[0]
        self.code = shape
        declared = self._declared(shape, by="shape")
        if self._asked.query_mode and self._asked.service and self._asked.service.query_compatible:
            self._query_header(declared)
        members = {key: value for key, value in body.items() if key != "__type"}
        self._error_members(members, declared, dialect)

    def _query_header(self, declared: DeclaredError | None) -> None:
        """The code that clients of the former query protocol know the error by."""
        code, _, fault = self._answer.headers.get("x-amzn-query-error", "").partition(";")
        if not code or fault not in ("Sender", "Receiver"):
            self._blame("x-amzn-query-error", f"is {code!r};{fault!r} and not CODE;Sender or CODE;Receiver")
            return
        self.code = code
        if declared:
            self._expect("x-amzn-query-error", code, declared.code)
            self._expect("x-amzn-query-error", fault, "Sender" if declared.sender else "Receiver")

    def _error_members(self, members: dict[str, Any], declared: DeclaredError | None, dialect: Dialect) -> None:
        """What an error tells besides its code: what its shape has, and a message in either spelling."""
        messages = [key for key in members if key.lower() == "message"]
        if not messages:
            self._blame("$.message", "is missing from an error")
        if declared and self._asked.service:
            judge = Judge(self._asked.service, dialect)
            known = self._asked.service.members(declared.shape)
            spelt = {key: next((k for k in known if k.lower() == "message"), key) for key in messages}
            # An error without a modelled message still carries one on the wire.
            given = {
                spelt.get(key, key): v
                for key, v in members.items()
                if spelt.get(key, key) in known or key not in messages
            }
            judge.check(declared.shape, given, "$")
            self.problems += judge.problems

    def _declared(self, code: str, by: str) -> DeclaredError | None:
        """The declared error of that code, or nothing for a common one; anything else is a problem."""
        operation: Operation | None = self._asked.operation
        errors = operation.errors.values() if operation else ()
        found = next((error for error in errors if getattr(error, by) == code), None)
        if found is None and by == "shape" and self._asked.service:
            # Shapes that stand for what used to be common errors belong to every operation.
            shape = self._asked.service.shapes.get(code, {})
            found = self._asked.service.error(code) if shape.get("synthetic") else None
        status = self._answer.status
        if found:
            if status != found.status:
                self._blame("status", f"is {status}, and {code} comes with {found.status}")
            return found
        common = COMMON_QUERY if by == "code" else COMMON_JSON
        if self._asked.service and self._asked.service.query_compatible:
            common = COMMON_QUERY | COMMON_JSON
        if code not in common:
            self._blame("$", f"is the error {code}, which {self._asked.name} does not declare")
        elif status not in COMMON_STATUS.get(code, {400}):
            self._blame("status", f"is {status}, which does not go with {code}")
        return None

    # Query and XML

    def _query(self) -> None:
        self._expect("content-type", self._answer.content_type, "text/xml")
        assert self._asked.service
        root = ElementTree.fromstring(self._answer.content())
        self._expect("xmlns", namespace(root), self._asked.service.metadata["xmlNamespace"])
        if self._answer.status == 200:
            self._xml_result(root)
        else:
            self._xml_error(root)

    def _xml_result(self, root: ElementTree.Element) -> None:
        operation, service = self._asked.operation, self._asked.service
        if operation is None or service is None:
            return
        self._expect("$", local(root), f"{operation.name}Response")
        parts = {local(child): child for child in root}
        wanted = {"ResponseMetadata"} | ({operation.result_wrapper} if operation.result_wrapper else set())
        # Without members to show, a service may leave the wrapper in.
        self._expect("$", set(parts) - {f"{operation.name}Result"} | (wanted & set(parts)), wanted)
        metadata = parts.get("ResponseMetadata")
        if metadata is None or not [child for child in metadata if local(child) == "RequestId" and child.text]:
            self._blame("$.ResponseMetadata.RequestId", "is missing")
        wrapper = parts.get(operation.result_wrapper or "")
        if operation.output and wrapper is not None:
            judge = Judge(service, Dialect.TEXT)
            judge.check(operation.output, XmlReader(service, judge).read(operation.output, wrapper, "$"), "$")
            self.problems += judge.problems

    def _xml_error(self, root: ElementTree.Element) -> None:
        self._expect("$", local(root), "ErrorResponse")
        parts = {local(child): child for child in root}
        self._expect("$", set(parts), {"Error", "RequestId"})
        fields = {local(child): child.text or "" for child in parts.get("Error", ())}
        for needed in ("Type", "Code", "Message"):
            if not fields.get(needed):
                self._blame(f"$.Error.{needed}", "is missing")
        self.code = fields.get("Code", "")
        self._declared(self.code, by="code")
        fault = "Receiver" if self._answer.status >= 500 else "Sender"
        self._expect("$.Error.Type", fields.get("Type"), fault)
        extra = set(fields) - {"Type", "Code", "Message", "Detail"}
        if extra:
            self._blame("$.Error", f"has {', '.join(sorted(extra))}, which no error has")

    # REST and JSON

    def _rest(self) -> None:
        operation, service = self._asked.operation, self._asked.service
        if operation is None or service is None:
            return
        if self._answer.status >= 300:
            self._rest_error()
            return
        shape = service.shapes[operation.output] if operation.output else {}
        members = shape.get("members", {})
        if not any(reference.get("location") == "statusCode" for reference in members.values()):
            self._expect("status", self._answer.status, operation.model["http"].get("responseCode", 200))
        known = {r.get("locationName", n).lower(): r for n, r in members.items() if r.get("location") == "header"}
        judge = Judge(service, Dialect.TEXT)
        for header, value in self._answer.headers.items():
            if header in known:
                judge.check(known[header]["shape"], value, f"header.{header}")
            elif re.match(r"x-amz-(?!id-)", header):
                judge.blame(f"header.{header}", f"is nothing that {operation.name} answers with")
        self.problems += judge.problems
        if operation.output and "payload" not in shape:
            self._result(Dialect.JSON, parse_json(self._answer.content()))

    def _rest_error(self) -> None:
        body = parse_json(self._answer.content())
        header = self._answer.headers.get("x-amzn-errortype", "")
        code = (header or str(body.get("__type", body.get("code", "")))).split("#")[-1].split(":")[0]
        self._expect("content-type", self._answer.content_type, "application/json")
        if not header:
            self._blame("x-amzn-errortype", "is missing from an error")
        self.code = code
        declared = self._declared(code, by="shape")
        members = {key: value for key, value in body.items() if key not in ("__type", "code")}
        self._error_members(members, declared, Dialect.JSON)
