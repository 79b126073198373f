from colonnade.detection.features.feature import Kind
from colonnade.detection.scopes import CODE, Scope, kinds_of


def test_every_kind_is_seen_in_some_scope():
    assert frozenset[Kind]().union(*(kinds_of(scope) for scope in Scope)) == frozenset(Kind)


def test_every_scope_sees_something():
    assert all(kinds_of(scope) for scope in Scope)


def test_a_kind_of_code_is_seen_in_cells_and_notebooks_alike():
    assert len({kinds_of(scope) for scope in CODE}) == 1


def test_what_only_files_connections_and_trees_show_is_not_seen_in_code():
    for kind in (Kind.FILE_FORMAT, Kind.GRAPH, Kind.SIGNATURE, Kind.HOST, Kind.FORK):
        assert kind not in kinds_of(Scope.NOTEBOOK)
