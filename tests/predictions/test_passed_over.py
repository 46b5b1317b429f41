"""Files that look like predictions and are not read are named once, with what to do."""

import pyarrow as pa
import pyarrow.parquet as pq

from insight_lib.cli.main import main


def test_files_of_other_formats_in_predictions_are_named_in_a_line(ingest, root):
    for name in ("p.xlsx", "p.npz", "p.pkl", "scores", "README.md", "plot.png", ".hidden.npz"):
        (root / "a/predictions" / name).touch()
    (root / "a/predictions/events.out.tfevents.1.host").touch()
    [line] = ingest().passed_over
    assert line.startswith(f"passed over: {root}/a/predictions/p.npz and 3 more: ")
    assert ".parquet, .csv" in line
    assert ingest().passed_over == (line,)


def test_files_with_label_and_score_elsewhere_are_named_with_the_pattern(ingest, root):
    (root / "a/eval").mkdir()
    (root / "a/eval/val.csv").write_text("id,y_true,y_pred\n1,0,0.5\n")
    (root / "a/metrics.csv").write_text("step,loss\n1,0.5\n")
    pq.write_table(pa.table({"label": [1], "x": [2]}), root / "a/features.parquet")
    (root / "a/rows.jsonl").write_text('{"text": "label score"}\n')
    (root / "a/broken.parquet").write_text("label,score")
    [line] = ingest().passed_over
    assert f"{root}/a/eval/val.csv: it has columns y_true and y_pred" in line
    assert f"--predictions '{root}/{{run}}/eval/val.csv'" in line
    assert "[predictions.columns]" in line


def test_what_a_pattern_names_is_not_passed_over_and_what_it_leaves_out_neither(
    ingest, root, write
):
    write("logs/a/eval/best.csv", 0.5)
    write("logs/a/eval/last.csv", 0.5)
    (root / "a/eval/best.npz").touch()
    lines = ingest(f"{root}/{{run}}/eval/best.*", roots=()).passed_over
    assert [line.split(": ")[1] for line in lines] == [f"{root}/a/eval/best.npz"]
    assert ingest(f"{root}/{{run}}/eval/*.csv").passed_over == ()


def test_a_root_with_nothing_but_what_is_passed_over_says_what_that_is(root, tmp_path, capsys):
    (root / "a/predictions/p.xlsx").touch()
    assert main(["ingest", str(root), "--lake", str(tmp_path / "lake")]) == 2
    assert f"passed over: {root}/a/predictions/p.xlsx" in capsys.readouterr().err
