"""The training programs, listed by hand; the first ``BASIC_PROGRAMS`` stand for the families."""

from insight_lib.zoo.programs import (
    attention,
    autoencoder,
    breast_cancer,
    clicks,
    deep_mlp,
    diabetes,
    digits,
    drawing,
    forecasts,
    fraud,
    friedman,
    iris,
    layer_norm,
    periods,
    residual,
    residual_table,
    separable,
    signals,
    swiss_roll,
    texts,
    topics,
    wide_and_deep,
    wine,
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
        deep_mlp.PROGRAM,
        wide_and_deep.PROGRAM,
        forecasts.PROGRAM,
        attention.PROGRAM,
        drawing.PROGRAM,
        separable.PROGRAM,
        residual_table.PROGRAM,
        periods.PROGRAM,
        swiss_roll.PROGRAM,
        topics.PROGRAM,
    )
}

__all__ = ["BASIC_PROGRAMS", "PROGRAMS", "Program"]
