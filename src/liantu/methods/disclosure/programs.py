"""One linear program solved many times: only costs and bounds change between two solutions.

HiGHS keeps the last basis, so that the next solution begins where the last one ended; a table of
seven hundred cells is solved hundreds of times, each in a millisecond or two.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]


class Program:
    """Minimise cost · x subject to rows · x = right and low ≤ x ≤ high."""

    def __init__(self, rows: sparse.csr_array, right: Array, low: Array, high: Array) -> None:
        columns = sparse.csc_array(rows)
        self._count = columns.shape[1]
        self._all = np.arange(self._count, dtype=np.int32)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self._count, columns.shape[0]
        program.col_cost_ = np.zeros(self._count)
        program.col_lower_, program.col_upper_ = low, high
        program.row_lower_, program.row_upper_ = right, right
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = columns.indptr
        program.a_matrix_.index_ = columns.indices
        program.a_matrix_.value_ = columns.data
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(program)

    def costs(self, costs: Array) -> None:
        """Set the cost of every column."""
        self._highs.changeColsCost(self._count, self._all, costs)

    def cost(self, column: int, cost: float) -> None:
        """Set the cost of one column."""
        self._highs.changeColCost(column, cost)

    def bounds(self, columns: NDArray[np.int_], low: Array, high: Array) -> None:
        """Set the bounds of some columns."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), low, high)

    def solve(self) -> Array | float | None:
        """(column,) the solution; −inf where the cost falls without end; None where there is none.

        Raises:
            ArithmeticError: the solver ended in neither of these.
        """
        for start in ("warm", "cold"):
            if start == "cold":  # rounding has spoiled the basis: begin anew
                self._highs.clearSolver()
                self._highs.setOptionValue("presolve", "on")
            self._highs.run()
            self._highs.setOptionValue("presolve", "off")
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                return np.asarray(self._highs.getSolution().col_value)
            if status == highspy.HighsModelStatus.kUnbounded:
                return -np.inf
            if status == highspy.HighsModelStatus.kInfeasible:
                return None
        raise ArithmeticError(f"HiGHS ended with {self._highs.modelStatusToString(status)}")


_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
    "simplex_scale_strategy": 0,
    "presolve": "off",  # what presolve finds is lost with the basis it starts from
    "allow_unbounded_or_infeasible": False,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
