# ruff: noqa: N802, N815 - the standard library names visitors after the nodes they visit
"""What a cell reads from the cells before it, and what it binds for the cells after it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["CellNames", "cell_names"]

_ALWAYS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "display"}


@dataclass(frozen=True)
class CellNames:
    """The names of one cell.

    Parameters
    ----------
    reads : frozenset of str
        Names read before the cell itself binds them (built-in names left out).
    binds : frozenset of str
        Names that the cell binds, or changes in part (``table["x"] = ...``).
    code : frozenset of str
        Those of `binds` that become code, not values: functions, classes, modules.
    calls : frozenset of str
        Those of `reads` that are called like functions.
    plain : bool
        False where the cell is no plain Python (IPython magics, a syntax error).
    """

    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    code: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    plain: bool = True


def cell_names(source: str) -> CellNames:
    """Return the names that `source` reads and binds.

    Examples
    --------
    >>> names = cell_names("ratio = births / expected\\nratio = round(ratio, 1)")
    >>> sorted(names.reads), sorted(names.binds)
    (['births', 'expected'], ['ratio'])
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellNames(plain=False)
    scope = _Scope()
    scope.run(tree.body)
    reads = frozenset(scope.reads) - _ALWAYS
    changed = {name for name in scope.changed if name not in scope.bound}
    return CellNames(
        reads=reads,
        binds=frozenset(scope.bound | changed),
        code=frozenset(scope.code),
        calls=frozenset(scope.calls) & reads,
    )


@dataclass
class _Scope:
    """Walks statements in the order in which they run."""

    reads: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    code: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    later: list[tuple[set[str], list[ast.stmt]]] = field(default_factory=list)

    def run(self, body: Iterable[ast.AST]) -> None:
        for statement in body:
            self.visit(statement)
        # Bodies of functions run when called: by then the whole cell's names are bound.
        while self.later:
            own, statements = self.later.pop()
            self.inner(own, statements)

    def inner(self, own: set[str], statements: Iterable[ast.AST]) -> None:
        inside = _Scope(bound=set(own))
        inside.run(statements)
        declared = {
            name
            for statement in statements
            for node in ast.walk(statement)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        # A name bound anywhere in a function is local to it; reads of the others reach out.
        local = (inside.bound | own) - declared
        self.reads |= inside.reads - self.bound - local
        self.calls |= inside.calls - self.bound - local
        self.bound |= inside.bound & declared
        self.changed |= inside.changed - local

    def visit(self, node: ast.AST | None) -> None:
        if node is None:
            return
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.reads.add(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        else:
            if node.id not in self.bound:
                self.reads.add(node.id)
            self.bound.discard(node.id)
            self.changed.add(node.id)

    def _part(self, node: ast.Subscript | ast.Attribute) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        if not isinstance(node.ctx, ast.Load):
            base: ast.AST = node
            while isinstance(base, (ast.Subscript, ast.Attribute)):
                base = base.value
            if isinstance(base, ast.Name):
                self.changed.add(base.id)

    visit_Subscript = visit_Attribute = _part

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id not in self.bound:
            self.calls.add(node.func.id)
        for child in ast.iter_child_nodes(node):
            self.visit(child)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)
            if isinstance(target, ast.Name):
                (self.code.add if isinstance(node.value, ast.Lambda) else self.code.discard)(target.id)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.value)
        self.visit(node.annotation)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.reads.add(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.visit(node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    visit_AsyncFor = visit_For

    def visit_withitem(self, node: ast.withitem) -> None:
        self.visit(node.context_expr)
        self.visit(node.optional_vars)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.visit(node.type)
        if node.name:
            self.bound.add(node.name)
        for statement in node.body:
            self.visit(statement)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.visit(node.pattern)
        if node.name:
            self.bound.add(node.name)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.bound.add(name)
            self.code.add(name)

    visit_ImportFrom = visit_Import

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in [*node.decorator_list, *_defaults(node.args)]:
            self.visit(part)
        self.bound.add(node.name)
        self.code.add(node.name)
        self.later.append((_parameters(node.args), list(node.body)))

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in _defaults(node.args):
            self.visit(part)
        self.inner(_parameters(node.args), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]:
            self.visit(part)
        self.inner(set(), node.body)
        self.bound.add(node.name)
        self.code.add(node.name)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        own = {
            name.id
            for generator in node.generators
            for name in ast.walk(generator.target)
            if isinstance(name, ast.Name)
        }
        parts: list[ast.AST] = []
        for generator in node.generators:
            parts += [generator.iter, *generator.ifs]
        parts += [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        # The first sequence is read outside, where the loop's own names do not exist yet.
        self.visit(parts[0])
        self.inner(own, parts[1:])

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


def _parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return {a.arg for a in [*every, *extra]}
