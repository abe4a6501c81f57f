"""Reads who imports whom out of the source, without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

GROUND = frozenset({"faults", "files", "layer_list", "progress", "resources"})
ROOMS = frozenset({"ink", "recognition", "training", "ui"})
_TIES = frozenset({"app", "cli", "commandline", "commands", "__main__"})

# Which rooms a module may import besides the ground and its own room.
_MAY_IMPORT: dict[str, frozenset[str]] = {
    "ink": frozenset(),
    "recognition": frozenset({"ink"}),
    "training": frozenset({"recognition", "ink"}),
    "ui": frozenset({"recognition", "ink"}),
    "app": ROOMS - {"training"} | _TIES,
    "cli": ROOMS | _TIES,
    "commandline": ROOMS | _TIES,
    "commands": ROOMS | _TIES,
    "__main__": _TIES,
}
# Which rooms and modules may import a library that is slow or needs a screen; the others never, not even in functions.
_LIBRARY_PLACES: dict[str, frozenset[str]] = {
    "tensorflow": frozenset({"training"}),
    "keras": frozenset({"training"}),
    "onnx": frozenset({"training"}),
    "tf2onnx": frozenset({"training"}),
    "PySide6": frozenset({"ui", "app"}),
    "shiboken6": frozenset({"ui", "app"}),
    "pyqtgraph": frozenset({"ui", "app"}),
    "ai_edge_litert": frozenset({"recognition"}),
    "sympy": frozenset({"recognition"}),
    "mpmath": frozenset({"recognition"}),
    "ziamath": frozenset({"recognition"}),
}
_LAZY = frozenset({"tensorflow", "keras", "onnx", "tf2onnx", "sympy", "mpmath", "ziamath"})
_OURS = "digitvision"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module; `lazy` when only a call, not the module's own import, runs it."""

    module: str
    line: int
    lazy: bool


def imports_of(source: str) -> Iterator[Import]:
    """Every module that the source imports, also inside functions; names for a type checker only are left out."""
    yield from _walk(ast.parse(source), lazy=False)


def breaches(place: str, source: str) -> list[str]:
    """What the source imports against the rules, one sentence each.

    Args:
        place: The module's path below the package, as in ``ink/raster.py``.
        source: Its text.
    """
    room = _room(place)
    return [f"{place}:{found.line} {problem}" for found in imports_of(source) if (problem := _problem(room, found))]


def _room(place: str) -> str:
    return Path(place).parts[0].removesuffix(".py")


def _problem(room: str, found: Import) -> str | None:
    library, _, rest = found.module.partition(".")
    if not library:
        return "imports relatively"
    if library == _OURS:
        return _problem_with_ours(room, rest)
    if room not in _LIBRARY_PLACES.get(library, {room}):
        return f"imports {library}, which only {' and '.join(sorted(_LIBRARY_PLACES[library]))} may"
    if library in _LAZY and not found.lazy:
        return f"imports {library} outside a function"
    return None


def _problem_with_ours(room: str, target: str) -> str | None:
    other = target.partition(".")[0]
    # An empty name is the package itself, which holds the version and nothing else.
    if not other or other == room or other in GROUND or other == "__version__":
        return None
    if room in GROUND or other not in _MAY_IMPORT.get(room, frozenset()):
        return f"imports {_OURS}.{target}, which {room} may not"
    return None


def _walk(node: ast.AST, *, lazy: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, lazy)
    elif isinstance(node, ast.ImportFrom):
        yield from _from(node, lazy=lazy)
    elif isinstance(node, ast.If) and _is_type_checking(node.test):
        for statement in node.orelse:
            yield from _walk(statement, lazy=lazy)
    elif isinstance(node, ast.Call) and (module := _imported_by_name(node)) is not None:
        yield Import(module, node.lineno, lazy)
    else:
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _walk(child, lazy=inside)


def _from(node: ast.ImportFrom, *, lazy: bool) -> Iterator[Import]:
    module = node.module or ""
    if node.level:
        yield Import("." * node.level + module, node.lineno, lazy)
    elif module == _OURS:  # "from digitvision import ui" imports the room
        for alias in node.names:
            yield Import(f"{_OURS}.{alias.name}", node.lineno, lazy)
    else:
        yield Import(module, node.lineno, lazy)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _imported_by_name(call: ast.Call) -> str | None:
    """The module of ``importlib.import_module("x")`` and ``__import__("x")``, so that they are no way around."""
    function = call.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    if name not in {"import_module", "__import__"} or not call.args:
        return None
    argument = call.args[0]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
