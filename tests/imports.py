"""Reading the imports of all modules from the source, without running it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GROUND = frozenset({"faults", "files", "layer_list", "program", "progress", "resources"})
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
    # What other programs import is shown by the package itself.
    "__init__": frozenset({"recognition", "ink"}),
}
# Which rooms and modules may import a library that is slow or needs a screen; the others never, not even in functions.
_LIBRARY_PLACES: dict[str, frozenset[str]] = {
    "tensorflow": frozenset({"training"}),
    "keras": frozenset({"training"}),
    "h5py": frozenset({"training"}),
    "onnx": frozenset({"training"}),
    "tf2onnx": frozenset({"training"}),
    "PySide6": frozenset({"ui", "app"}),
    "shiboken6": frozenset({"ui", "app"}),
    "pyqtgraph": frozenset({"ui", "app"}),
    "ai_edge_litert": frozenset({"recognition"}),
    "sympy": frozenset({"recognition"}),
    "mpmath": frozenset({"recognition"}),
    "pint": frozenset({"recognition"}),
    "ziamath": frozenset({"recognition"}),
    # Only the tests compare with these; the bundle leaves them out.
    "networkx": frozenset(),
    "scipy": frozenset(),
    "sklearn": frozenset(),
}
# The floors of each room, from the top down: a module imports only from its own part of a floor and from the floors
# below. A part is a sub-room, or a module that has a floor of its own; parts on one floor do not import each other.
# Modules that are not named are the room's ground, below everything else in it.
FLOORS: dict[str, tuple[tuple[str, ...], ...]] = {
    "ink": (("inkml",), ("inkml_settings",), ("drawing_settings",), ("foreign",), ("editing", "forms", "lines")),
    "recognition": (
        ("batch",),
        ("api",),
        ("page", "page_export"),
        ("calculation",),
        ("line",),
        ("text",),
        ("expression/reading",),
        ("expression/semantics", "signs"),
        ("expression/notation", "inspection", "reader"),
        ("multiple_glyphs", "recognizer"),
        ("rows",),
        ("models",),
        ("prediction", "alphabets", "corrections", "quiet_libraries"),
        ("expression/layout",),
    ),
    "training": (
        ("commands", "line", "page", "percent"),
        ("text",),
        ("expression",),
        ("recipes", "transfer_curve"),
        ("run",),
        ("models",),
        ("evaluation",),
        ("networks", "augmentation"),
        ("data",),
    ),
    "ui": (
        ("automation",),
        ("window",),
        ("draw", "help"),
        ("page",),
        ("answer", "models"),
        ("reading", "inside", "graph"),
        ("evaluation", "train", "document", "selection"),
        ("export",),
        ("canvas", "widgets", "journal"),
        ("jobs", "paper"),
    ),
}
_LAZY = frozenset({"tensorflow", "keras", "onnx", "tf2onnx", "sympy", "mpmath", "pint", "ziamath"})
_OURS = "digitvision"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module.

    Attributes:
        module: Its dotted name.
        line: Where it is imported.
        lazy: Whether only a call, and not the module's own import, runs it.
        typing: Whether no run imports it, because it stands under `TYPE_CHECKING`.
        names: What is taken from it; empty where the module itself is imported.
    """

    module: str
    line: int
    lazy: bool
    typing: bool = False
    names: tuple[str, ...] = ()


def imports_of(source: str) -> Iterator[Import]:
    """Yield every module that the source imports, also inside functions and for a type checker only."""
    yield from _walk(ast.parse(source), lazy=False, typing=False)


def breaches(path: str, source: str) -> list[str]:
    """Return a sentence for every import of the source that breaks the rules.

    Args:
        path: The module's path below the package, as in ``ink/raster.py``.
        source: Its text.
    """
    return [f"{path}:{found.line} {problem}" for found in imports_of(source) if (problem := _problem(path, found))]


def circles(sources: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Find groups of modules that import each other, directly or through others; empty if there is no circle.

    Args:
        sources: The text of every module, by its path below the package.
    """
    names = {_dotted(path): path for path in sources}
    graph = {
        path: {
            names[target]
            for found in imports_of(source)
            for target in (found.module, *(f"{found.module}.{name}" for name in found.names))
            if target in names and names[target] != path
        }
        for path, source in sources.items()
    }
    reached = {path: _reached_from(path, graph) for path in graph}
    groups = {tuple(sorted(other for other in reached[path] if path in reached[other])) for path in graph}
    return sorted(group for group in groups if len(group) > 1)


def _reached_from(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for target in graph[waiting.pop()] - reached:
            reached.add(target)
            waiting.append(target)
    return reached


def floor_of(path: str) -> tuple[int, str] | None:
    """Return the floor of a module in its room, 0 for the highest, and its part; None in a room without floors.

    Args:
        path: The module's path below the package, without its ending or with it.
    """
    room, _, rest = path.removesuffix(".py").partition("/")
    if room not in FLOORS:
        return None
    for number, floor in enumerate(FLOORS[room]):
        for part in floor:
            if rest == part or rest.startswith(part + "/"):
                return number, part
    return len(FLOORS[room]), rest


def _dotted(path: str) -> str:
    return f"{_OURS}." + path.removesuffix(".py").replace("/", ".")


def _room(path: str) -> str:
    return Path(path).parts[0].removesuffix(".py")


def _problem(path: str, found: Import) -> str | None:
    room = _room(path)
    library, _, rest = found.module.partition(".")
    if not library:
        return "imports relatively"
    if library == _OURS:
        return _problem_with_ours(room, rest) or _problem_with_floors(path, found)
    if found.typing:
        return None
    if room not in _LIBRARY_PLACES.get(library, {room}):
        return f"imports {library}, which only {' and '.join(sorted(_LIBRARY_PLACES[library]))} may"
    if library in _LAZY and not found.lazy:
        return f"imports {library} outside a function"
    return None


def _problem_with_floors(path: str, found: Import) -> str | None:
    """Describe an import that runs up, or across to another part of the same floor; None if it does not."""
    target = found.module.removeprefix(_OURS).lstrip(".").replace(".", "/")
    here, there = floor_of(path), floor_of(target)
    if here is None or there is None or _room(path) != target.partition("/")[0] or here[1] == there[1]:
        return None
    if there[0] < here[0]:
        return f"imports {found.module}, which is on a higher floor"
    if there[0] == here[0] < len(FLOORS[_room(path)]):
        return f"imports {found.module}, which is on the same floor"
    return None


def _problem_with_ours(room: str, target: str) -> str | None:
    other = target.partition(".")[0]
    # An empty name is the package itself, which holds the version; the rest of what it shows is for other programs.
    if not other or other == room or other in GROUND or other == "__version__":
        return None
    if room in GROUND or other not in _MAY_IMPORT.get(room, frozenset()):
        return f"imports {_OURS}.{target}, which {room} may not"
    return None


def _walk(node: ast.AST, *, lazy: bool, typing: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, node.lineno, lazy, typing)
    elif isinstance(node, ast.ImportFrom):
        yield from _from(node, lazy=lazy, typing=typing)
    elif isinstance(node, ast.If) and _is_type_checking(node.test):
        for statement in node.body:
            yield from _walk(statement, lazy=lazy, typing=True)
        for statement in node.orelse:
            yield from _walk(statement, lazy=lazy, typing=typing)
    elif isinstance(node, ast.Call) and (module := _imported_by_name(node)) is not None:
        yield Import(module, node.lineno, lazy, typing)
    else:
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _walk(child, lazy=inside, typing=typing)


def _from(node: ast.ImportFrom, *, lazy: bool, typing: bool) -> Iterator[Import]:
    module = node.module or ""
    names = tuple(alias.name for alias in node.names)
    if node.level:
        yield Import("." * node.level + module, node.lineno, lazy, typing)
    elif module == _OURS:  # "from digitvision import ui" imports the room
        for name in names:
            yield Import(f"{_OURS}.{name}", node.lineno, lazy, typing)
    else:
        yield Import(module, node.lineno, lazy, typing, names)


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
