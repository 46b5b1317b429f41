"""What the writer stated of its metrics."""

from insight_lib.series.classify import classify
from insight_lib.series.role import Phase, Role
from insight_lib.series.stated import StatedMetric
from tests.series.runs import run_of

RUN = run_of("m1", "loss") | run_of("m1", stream="validation")


def stated(metric, key=(".", "m1")):
    return classify(RUN, stated=[metric])[key]


def test_a_tag_that_says_nothing_is_what_it_is_displayed_as():
    about = stated(StatedMetric("m1", display_name="Validation accuracy"))
    assert (about.role, about.phase) == (Role.ACCURACY, Phase.VALIDATION)
    assert about.why.startswith("stated metric: Validation accuracy")


def test_a_metric_of_an_unknown_name_is_a_score_though_not_surely():
    about = stated(StatedMetric("m1", display_name="Wonderfulness"))
    assert (about.role, about.sure) == (Role.SCORE, 0.5)


def test_a_group_is_the_stream_of_the_metric():
    metric = StatedMetric("m1", group="validation", display_name="loss")
    assert stated(metric, ("validation", "m1")).role is Role.TOTAL_LOSS
    assert stated(metric).role is Role.OTHER


def test_a_tag_that_says_what_it_is_stays_it():
    metric = StatedMetric("loss", display_name="accuracy", phase=Phase.TEST)
    about = stated(metric, (".", "loss"))
    assert (about.role, about.phase) == (Role.TOTAL_LOSS, Phase.TEST)


def test_a_metric_that_was_never_written_is_passed_over():
    assert classify(RUN, stated=[StatedMetric("never")]) == classify(RUN)
