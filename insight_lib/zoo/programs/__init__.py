"""The training programs, listed by hand."""

from insight_lib.zoo.programs import breast_cancer, clicks, diabetes, digits, wine
from insight_lib.zoo.programs.program import Program

PROGRAMS: dict[str, Program] = {
    program.name: program
    for program in (
        digits.PROGRAM,
        breast_cancer.PROGRAM,
        wine.PROGRAM,
        diabetes.PROGRAM,
        clicks.PROGRAM,
    )
}

__all__ = ["PROGRAMS", "Program"]
