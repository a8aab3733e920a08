"""What Python files import and which texts they name, by Python's own parser. Nothing of them is run.

In: a JSON list of paths on standard input. Out: {"stdlib": [...], "version": "3.11", "files": {path: {...}}}.
"""
import ast
import json
import sys

MAX_TEXT = 300


class Scan(ast.NodeVisitor):
    def __init__(self):
        self.imports = {}
        self.texts = set()
        self.calls = set()
        self.is_program = False
        self.optional = 0

    def _import(self, name):
        if name:
            # Needed somewhere is needed, though it be optional elsewhere.
            self.imports[name] = self.imports.get(name, True) and self.optional > 0

    def visit_Import(self, node):
        for alias in node.names:
            self._import(alias.name)

    def visit_ImportFrom(self, node):
        if node.level == 0 and node.module:
            self._import(node.module)
            for alias in node.names:
                self.calls.add(node.module + "." + alias.name)

    def visit_Try(self, node):
        caught = {getattr(each, "id", getattr(each, "attr", "")) for handler in node.handlers for each in names(handler.type)}
        is_optional = any(handler.type is None for handler in node.handlers) or bool(
            caught & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
        )
        self.optional += is_optional
        for each in node.body:
            self.visit(each)
        self.optional -= is_optional
        # What stands in for it may be missing as well, as long as one of them is there.
        self.optional += is_optional
        for handler in node.handlers:
            self.visit(handler)
        self.optional -= is_optional
        for each in node.orelse + node.finalbody:
            self.visit(each)

    def visit_If(self, node):
        test = node.test
        if getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING":
            for each in node.orelse:
                self.visit(each)
            return
        if isinstance(test, ast.Compare) and getattr(test.left, "id", "") == "__name__":
            self.is_program = True
        self.generic_visit(node)

    def visit_Call(self, node):
        name = dotted(node.func)
        if name:
            self.calls.add(name)
        if name in ("__import__", "importlib.import_module", "import_module") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and not first.value.startswith("."):
                self._import(first.value)
        self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str) and 0 < len(node.value) <= MAX_TEXT and "\n" not in node.value:
            self.texts.add(node.value)


def names(node):
    if node is None:
        return []
    return node.elts if isinstance(node, ast.Tuple) else [node]


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join(reversed(parts + [node.id]))


def scan(path):
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read(), path)
    except (SyntaxError, ValueError, RecursionError) as error:
        return {"fault": f"line {getattr(error, 'lineno', None) or '?'}: {error.__class__.__name__}"}
    found = Scan()
    try:
        found.visit(tree)
    except RecursionError:
        return {"fault": "it nests too deeply"}
    return {
        "imports": [{"name": name, "optional": optional} for name, optional in sorted(found.imports.items())],
        "texts": sorted(found.texts),
        "calls": sorted(found.calls),
        "isProgram": found.is_program,
    }


paths = json.load(sys.stdin)
json.dump(
    {
        "version": f"{sys.version_info.major}.{sys.version_info.minor}",
        "stdlib": sorted(sys.stdlib_module_names),
        "files": {path: scan(path) for path in paths},
    },
    sys.stdout,
)
