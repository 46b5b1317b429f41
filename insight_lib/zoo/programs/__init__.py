"""The training programs, listed by hand; the first ``BASIC_PROGRAMS`` stand for the families."""

from insight_lib.zoo.programs import (
    autoencoder,
    breast_cancer,
    clicks,
    diabetes,
    digits,
    fraud,
    friedman,
    iris,
    layer_norm,
    periods,
    residual,
    signals,
    swiss_roll,
    texts,
    topics,
    wine,
    xor,
)
from insight_lib.zoo.programs.program import Program

BASIC_PROGRAMS = 5
PROGRAMS: dict[str, Program] = {
    program.name: program
    for program in (
        digits.PROGRAM,
        breast_cancer.PROGRAM,
        wine.PROGRAM,
        diabetes.PROGRAM,
        clicks.PROGRAM,
        residual.PROGRAM,
        texts.PROGRAM,
        fraud.PROGRAM,
        friedman.PROGRAM,
        autoencoder.PROGRAM,
        layer_norm.PROGRAM,
        signals.PROGRAM,
        iris.PROGRAM,
        xor.PROGRAM,
        periods.PROGRAM,
        swiss_roll.PROGRAM,
        topics.PROGRAM,
    )
}

__all__ = ["BASIC_PROGRAMS", "PROGRAMS", "Program"]
