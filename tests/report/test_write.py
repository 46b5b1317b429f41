"""The folder as a whole: pages, links, sizes, words for what is missing."""

import json
import re
from html.parser import HTMLParser

import pytest

from insight_lib.report.text import percent
from insight_lib.report.write import write_report

MEGABYTE = 1_000_000
KNOWN_SCRIPTS = {
    *("assets/runs.js", "assets/report.js"),
    *("../assets/report.js", "../assets/plotly.min.js"),
}


class Page(HTMLParser):
    """What a browser would see: elements with their attributes, text, data blocks."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.data, self.text, self._in_data = [], [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._in_data = tag == "script" and dict(attrs).get("type") == "application/json"

    def handle_endtag(self, _tag):
        self._in_data = False

    def handle_data(self, data):
        (self.data if self._in_data else self.text).append(data)

    def links(self):
        return [attrs["href"] for tag, attrs in self.elements if tag == "a"]


@pytest.fixture(scope="module")
def hostile_pages(hostile_report):
    paths = [hostile_report, *sorted((hostile_report.parent / "runs").iterdir())]
    return {path: Page(path.read_text(encoding="utf-8")) for path in paths}


def test_every_link_of_every_page_leads_to_a_file(hostile_pages):
    for path, page in hostile_pages.items():
        for link in page.links():
            target = path if link.startswith("#") else path.parent / link.split("#")[0]
            assert target.is_file(), link


def test_every_run_has_a_separate_page_within_the_folder(hostile_report):
    pages = list((hostile_report.parent / "runs").iterdir())
    assert len(pages) == 12
    assert all(page.is_file() for page in pages)
    names = sorted(path.name for path in hostile_report.parent.iterdir())
    assert names == [".deepinsight-report", "assets", "index.html", "runs", "summary.json"]


def test_hostile_text_makes_no_element_and_no_attribute(hostile_pages):
    for page in hostile_pages.values():
        for tag, attrs in page.elements:
            assert tag not in ("img", "b onerror", "iframe")
            assert not [name for name in attrs if name.startswith("on")]
            if tag == "script":
                assert attrs.get("type") == "application/json" or attrs["src"] in KNOWN_SCRIPTS
            if tag == "a":
                assert re.fullmatch(
                    r"#[a-z]+(-\d+)?|(\.\./)?index\.html|(runs/)?[\w.-]+\.html", attrs["href"]
                )


def test_hostile_text_is_shown_as_it_is_written(hostile_pages, hostile_texts):
    for page in hostile_pages.values():
        shown = "".join(page.text)
        assert hostile_texts[0] in shown
        assert hostile_texts[2] in shown
        assert "nul␀ and ⟨U+202E⟩reversed and 名前" in shown
        assert "\0" not in shown


def test_data_in_a_page_is_json_without_markup(hostile_pages):
    blocks = [block for page in hostile_pages.values() for block in page.data if block.strip()]
    assert len(blocks) > 100
    for block in blocks:
        figure = json.loads(block)
        if "columns" in figure:
            continue
        assert figure["data"]
        names = [trace["name"] for trace in figure["data"] if "name" in trace]
        assert not [name for name in names if "<" in name]


def test_the_report_of_an_empty_lake_says_so(lake, tmp_path, generated_at):
    index = write_report(lake(), tmp_path / "report", generated_at)
    text = index.read_text()
    for words in (
        "has no runs yet",
        "No AUC has another",
        "No run has been scored",
        "every byte and every row was ingested",
        "Its stages ran in other processes",
    ):
        assert words in text
    assert list((tmp_path / "report" / "runs").iterdir()) == []


def test_the_page_of_a_run_that_wrote_nothing_says_so(lake, tmp_path, generated_at):
    index = write_report(lake(runs=[{}]), tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    text = page.read_text()
    for words in (
        "wrote no scalars",
        "No layer statistics",
        "This run wrote no predictions",
        "recorded no configuration",
        "no texts, images, graphs",
        "no night has scored it yet",
        "This run is not dissected yet",
    ):
        assert words in text
    assert 'class="plot"' not in text


def test_a_page_says_when_all_predictions_are_in_quarantine(lake, tmp_path, generated_at):
    held = [{"file_id": "zoo/a/predictions/e.parquet", "offset": at} for at in range(1200)]
    tables = lake(runs=[{}], quarantine=held, artifacts=[{}])
    index = write_report(tables, tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    shown = " ".join("".join(Page(page.read_text()).text).split())
    told = "Nothing could be evaluated: 1,200 rows of 1 prediction file are in quarantine."
    assert told in shown
    assert "This run wrote no predictions" not in shown
    assert "1 tag " in shown
    assert "(run)" in shown


@pytest.mark.parametrize(
    ("kind", "told"),
    [("logit", "Scores are logits, as configured"), ("unbounded", "Scores are not probabilities")],
)
def test_a_page_says_of_which_kind_the_scores_are(lake, tmp_path, generated_at, kind, told):
    tables = lake(runs=[{}], evaluations=[{"step": 1, "auc": 0.5, "score_kind": kind}])
    index = write_report(tables, tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    assert told in page.read_text()


def test_a_page_says_when_a_series_is_all_nan(lake, tmp_path, generated_at):
    scalars = [{"step": step, "value": float("nan")} for step in range(3)]
    index = write_report(lake(runs=[{}], scalars=scalars), tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    text = page.read_text()
    assert "No finite value was written" in text
    assert "3 of 3 values are NaN or infinite" in text
    assert 'class="plot"' not in text


def test_the_series_behind_a_finding_is_drawn_and_not_listed(lake, tmp_path, generated_at):
    evidence = {"series_name": "update_ratio", "series_steps": [0, 1], "series_values": [1.0, 2.0]}
    found = {"run_id": "zoo/a", "evidence": json.dumps(evidence), "confidence": 0.5}
    write_report(lake(runs=[{"run_id": "zoo/a"}], findings=[found]), tmp_path, generated_at)
    (page,) = (tmp_path / "runs").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert '<polyline points="0.0,36.0 220.0,0.0"/>' in text
    assert f"{percent(0.5)} confidence" in text
    assert "series_values" not in text


def test_pages_of_runs_that_are_gone_vanish(lake, tmp_path, generated_at):
    folder = tmp_path / "report"
    write_report(lake(runs=[{"run_id": "a"}, {"run_id": "b"}]), folder, generated_at)
    write_report(lake(runs=[{"run_id": "b"}]), folder, generated_at)
    assert [page.name[:2] for page in (folder / "runs").iterdir()] == ["b-"]


def test_a_page_of_very_much_stays_below_a_megabyte(lake, tmp_path, generated_at):
    scalars = [
        {"step": step, "tag": f"tag{tag}", "stream": stream, "value": step / 7 - tag}
        | {"record_offset": step}
        for tag in range(70)
        for stream in ("train", "validation")
        for step in range(300)
    ]
    layers = [
        {"layer": f"a_rather_long_layer_name/{at}", "depth": at, "kind": kind, "step": step}
        | {"l2": 1 / (3 + step), "update_ratio": 1 / (7 + at)}
        for at in range(150)
        for kind in ("update", "gradient")
        for step in range(0, 10 * 110, 10)
    ]
    config = json.dumps({"text": ["x" * 100] * 10_000})
    tables = lake(runs=[{"config": config}], scalars=scalars, layer_stats=layers)
    index = write_report(tables, tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    assert page.stat().st_size < MEGABYTE


def test_a_report_of_two_thousand_runs_has_them_all(lake, tmp_path, generated_at):
    names = [f"zoo/program{at % 20}/run{at}" for at in range(2000)]
    tables = lake(
        runs=[{"run_id": name, "last_step": at} for at, name in enumerate(names)],
        risk_models=[{}],
        risk_scores=[{"run_id": n, "probability": at / 2000} for at, n in enumerate(names)],
        findings=[{"run_id": name} for name in names[::4]],
        scalars=[{"run_id": n, "step": s, "value": 1.0 / s} for n in names for s in (1, 2)],
    )
    index = write_report(tables, tmp_path / "report", generated_at)
    page = Page(index.read_text())
    assert sum(tag in ("tr", "li") for tag, _ in page.elements) < 300
    assert len(list((index.parent / "runs").iterdir())) == 2000


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("healthy", "No rule fired on what was judged."),
        ("not judged", "nothing that shows whether this run learnt could be judged"),
    ],
)
def test_a_page_without_findings_says_whether_its_run_was_judged_by_what_and_what_is_missing(
    lake, tmp_path, generated_at, verdict, told
):
    judged, missing = ("layers", "weight of 2 layers, 9 steps"), ("loss", "3 points only")
    runs = [{"verdict": verdict, "judged": [judged], "not_judged": [missing]}]
    index = write_report(lake(runs=runs), tmp_path / "report", generated_at)
    (page,) = (index.parent / "runs").iterdir()
    shown = " ".join(" ".join(Page(page.read_text()).text).split())
    assert told in shown
    assert f"Verdict {verdict}" in shown
    assert "Judged layers weight of 2 layers, 9 steps" in shown
    assert "Not judged loss 3 points only" in shown
    counted = {"healthy": "Healthy 1", "not judged": "Not judged 1"}[verdict]
    assert counted in " ".join(" ".join(Page(index.read_text()).text).split())


def test_where_nothing_was_found_the_index_says_how_many_runs_could_not_be_judged(
    lake, tmp_path, generated_at
):
    runs = [{"run_id": name, "verdict": "not judged"} for name in "ab"] + [{"verdict": "healthy"}]
    index = write_report(lake(runs=runs), tmp_path / "report", generated_at)
    told = "No warning and no error stands, but 2 of 3 runs could not be judged."
    assert told in index.read_text()
    assert "which is not the same as healthy" in index.read_text()


def test_a_run_page_leads_to_its_neighbours_and_to_each_finding(lake, tmp_path, generated_at):
    tables = lake(runs=[{"run_id": name} for name in "abc"], findings=[{"run_id": "b"}])
    index = write_report(tables, tmp_path / "report", generated_at)
    pages = {path.name[0]: Page(path.read_text()) for path in (index.parent / "runs").iterdir()}
    links = {
        name: [(a["rel"], a["href"][0]) for tag, a in page.elements if tag == "a" and "rel" in a]
        for name, page in pages.items()
    }
    # The run that needs a person comes first.
    assert links == {
        "b": [("next", "a")],
        "a": [("prev", "b"), ("next", "c")],
        "c": [("prev", "a")],
    }
    assert "#finding-1" in pages["b"].links()
