"""Between MathOpt's models and the engine's arrays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import model_pb2, solution_pb2, sparse_containers_pb2
from ortools.math_opt.python import mathopt

from services.capital.optimiser.engine.arrays import Floats, Ints
from services.capital.optimiser.engine.program import NO_BLOCK, Program, with_blocks


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Where a linear programme ended: MathOpt's status of each column, and of each row."""

    columns: Ints
    rows: Ints

    @classmethod
    def of(cls, found: solution_pb2.BasisProto) -> "Basis":
        return cls(_ints(found.variable_status.values), _ints(found.constraint_status.values))

    def with_rows(self, more: int) -> "Basis":
        """Return where to begin with so many more rows."""
        basic = np.full(more, solution_pb2.BASIS_STATUS_BASIC)
        return Basis(self.columns, np.append(self.rows, basic))

    def proto(self) -> solution_pb2.BasisProto:
        basis = solution_pb2.BasisProto()
        for sparse, statuses in (
            (basis.variable_status, self.columns),
            (basis.constraint_status, self.rows),
        ):
            sparse.ids.extend(range(len(statuses)))
            sparse.values.extend(statuses.tolist())
        return basis


def program_of(model: mathopt.Model, block_of: Callable[[mathopt.Variable], int]) -> Program:
    """Return the model as arrays: column and row i are those with the model's i-th least id."""
    proto = model.export_model(remove_names=True)
    columns = _ints(proto.variables.ids)
    rows = _ints(proto.linear_constraints.ids)
    program = _arrays(proto, columns, rows)
    return with_blocks(program, np.array([block_of(row) for row in model.variables()], dtype=int))


def cost_of(model: mathopt.Model, expression: mathopt.LinearBase) -> tuple[Floats, float]:
    """Return an expression over a model none of whose variables was deleted: costs and offset."""
    flat = mathopt.as_flat_linear_expression(expression)
    cost = np.zeros(model.get_num_variables())
    for variable, weight in flat.terms.items():
        cost[variable.id] = weight
    return cost, flat.offset


def proto_of(program: Program) -> model_pb2.ModelProto:
    """Return the programme as MathOpt's own message: far quicker than adding row by row."""
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(program.columns))
    proto.variables.lower_bounds.extend(program.lower.tolist())
    proto.variables.upper_bounds.extend(program.upper.tolist())
    proto.variables.integers.extend(program.integer.tolist())
    proto.linear_constraints.ids.extend(range(program.rows))
    proto.linear_constraints.lower_bounds.extend(program.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(program.row_upper.tolist())
    costly = np.flatnonzero(program.cost)
    proto.objective.offset = program.offset
    proto.objective.linear_coefficients.ids.extend(costly.tolist())
    proto.objective.linear_coefficients.values.extend(program.cost[costly].tolist())
    # MathOpt wants entries by row, then by column, and none that is zero.
    order = np.lexsort((program.entry_column, program.entry_row))
    order = order[program.entry_value[order] != 0]
    proto.linear_constraint_matrix.row_ids.extend(program.entry_row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(program.entry_column[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(program.entry_value[order].tolist())
    return proto


def _arrays(proto: model_pb2.ModelProto, columns: Ints, rows: Ints) -> Program:
    cost = np.zeros(len(columns))
    costly = _ints(proto.objective.linear_coefficients.ids)
    cost[np.searchsorted(columns, costly)] = _floats(proto.objective.linear_coefficients.values)
    return Program(
        cost=cost,
        offset=proto.objective.offset,
        lower=_floats(proto.variables.lower_bounds),
        upper=_floats(proto.variables.upper_bounds),
        integer=np.array(proto.variables.integers, dtype=bool),
        block=np.full(len(columns), NO_BLOCK, dtype=np.int64),
        row_lower=_floats(proto.linear_constraints.lower_bounds),
        row_upper=_floats(proto.linear_constraints.upper_bounds),
        row_block=np.full(len(rows), NO_BLOCK, dtype=np.int64),
        entry_row=np.searchsorted(rows, _ints(proto.linear_constraint_matrix.row_ids)),
        entry_column=np.searchsorted(columns, _ints(proto.linear_constraint_matrix.column_ids)),
        entry_value=_floats(proto.linear_constraint_matrix.coefficients),
    )


def spread(vector: sparse_containers_pb2.SparseDoubleVectorProto, size: int) -> Floats:
    """Return MathOpt's sparse vector in full."""
    values = np.zeros(size)
    values[_ints(vector.ids)] = _floats(vector.values)
    return values


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)
