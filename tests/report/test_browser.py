"""The report in a real browser, opened from disk."""

import re
from urllib.parse import unquote

import pytest

from insight_lib.report.write import write_report

LOCAL = ("file:", "data:")


class Visit:
    """An open page and what was wrong with it: complaints, requests to the network, dialogs."""

    def __init__(self, browser, path, **options):
        self.troubles = []
        self.page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}} | options)
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        self.page.on("request", self._requested)
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")

    def _requested(self, request):
        if not request.url.startswith(LOCAL):
            self.troubles.append(request.url)

    def draw_all(self):
        """Open every fold and bring every plot into sight."""
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        for plot in self.page.query_selector_all(".plot"):
            if plot.is_visible():
                plot.scroll_into_view_if_needed()
        self.page.wait_for_function(
            "[...document.querySelectorAll('.plot')].every("
            "each => each.dataset.drawn || !each.checkVisibility())"
        )

    def texts(self, selector):
        return self.page.eval_on_selector_all(selector, "all => all.map(e => e.textContent)")


@pytest.fixture(scope="module")
def visit(chromium):
    visits = []

    def open_page(path, **options):
        visits.append(Visit(chromium, path, **options))
        return visits[-1]

    yield open_page
    for each in visits:
        each.page.close()


@pytest.fixture(scope="module")
def hostile_run(hostile_report):
    """The page of the run ``zoo/a``, or of its twin in name."""
    pages = sorted((hostile_report.parent / "runs").iterdir())
    return next(path for path in pages if path.name.startswith("zoo-a"))


@pytest.fixture(scope="module")
def drawn(visit, hostile_run):
    """That page with all its plots drawn; tests look at it and leave it as it is."""
    seen = visit(hostile_run)
    seen.draw_all()
    return seen


def test_a_run_page_shows_its_curves_and_executes_nothing_hostile(drawn):
    lines = drawn.page.eval_on_selector_all(
        "#curves .plot .scatterlayer path.js-line", "all => all.map(e => e.getAttribute('d'))"
    )
    assert len(lines) == 6
    # A move and three lines at least: four points were written to each series.
    assert all(len(re.findall(r"-?[\d.]+,-?[\d.]+", line)) >= 4 for line in lines)
    assert drawn.page.locator("#layers .tab:not([hidden]) .heatmaplayer image").count() == 1
    assert drawn.page.locator("#evaluation .plot .scatterlayer path.js-line").count() >= 5
    assert drawn.troubles == []


def test_the_evaluation_draws_its_figures_and_says_what_they_leave_unsaid(drawn):
    assert drawn.texts("#evaluation figcaption") == [
        "AUC over steps, with its 95 % interval",
        "ROC",
        "Precision and recall",
        "Calibration",
        "Score distribution",
    ]
    assert drawn.page.locator("#evaluation .plot[data-drawn]").count() == 5
    notes = drawn.texts("#evaluation figure .note")
    assert any("standard deviation 0.1 over 4 steps" in note for note in notes)
    assert any("the distribution is 0.5 apart" in note for note in notes)
    assert drawn.troubles == []


def test_plots_take_text_literally(drawn, hostile_texts):
    shown = drawn.texts(".legendtext, .ytick text")
    for text in (hostile_texts[0], hostile_texts[2], hostile_texts[3]):
        assert text in shown
    markup = ".plot svg a, .plot svg script, .plot svg tspan[style*=bold], .plot img"
    assert drawn.page.locator(markup).count() == 0
    assert drawn.troubles == []


def test_hovering_takes_text_literally(drawn, hostile_texts):
    point = drawn.page.locator("#curves .plot .points path").nth(1)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    drawn.page.mouse.move(box["x"] + 1, box["y"] + 1)
    drawn.page.mouse.move(box["x"] + 3, box["y"] + 3)
    drawn.page.wait_for_selector("#curves .hoverlayer text")
    hovered = "".join(drawn.texts("#curves .hoverlayer"))
    assert any(text in hovered for text in hostile_texts)
    assert drawn.page.locator(".hoverlayer a, .hoverlayer script, .hoverlayer img").count() == 0
    assert drawn.troubles == []


def test_the_heat_map_switches_its_measure(drawn):
    drawn.page.click("#layers button:has-text('Gradient norm')")
    drawn.page.wait_for_selector("#layers .tab:not([hidden]) .plot[data-drawn]")
    assert drawn.texts("#layers .tab:not([hidden]) figcaption") == ["Gradient norm"]
    drawn.page.click("#layers button:has-text('Update ratio')")
    assert drawn.texts("#layers .tab:not([hidden]) figcaption") == ["Update ratio"]
    assert drawn.troubles == []


def test_a_click_on_a_row_leads_to_the_page_of_the_run(visit, hostile_report):
    seen = visit(hostile_report)
    seen.page.click("#runs summary")
    row = seen.page.locator("#runs tbody tr").filter(has_text=re.compile(r"^\s*zoo/a "))
    target = row.get_attribute("data-href")
    row.locator("td").nth(4).click()
    seen.page.wait_for_url(f"**/{target}")
    assert unquote(seen.page.url).endswith(target)
    assert seen.page.locator("h1").inner_text() == "zoo/a"
    seen.page.click(".crumbs >> text=All runs")
    seen.page.wait_for_url("**/index.html")
    assert seen.troubles == []


@pytest.fixture(scope="module")
def many_runs(lake, tmp_path_factory, generated_at):
    names = [f"zoo/run{at}" for at in range(250)]
    hparams = {name: [("lr", str(at % 2)), ("seed", str(at))] for at, name in enumerate(names)}
    tables = lake(
        runs=[
            {"run_id": name, "last_step": 1000 - at, "verdict": "healthy", "hparams": hparams[name]}
            for at, name in enumerate(names)
        ],
        findings=[{"run_id": n, "rule": "dead_units", "title": "All dead"} for n in names[:9]],
    )
    return write_report(tables, tmp_path_factory.mktemp("many") / "report", generated_at)


def test_all_runs_are_sorted_and_turned_a_page_at_a_time(visit, many_runs):
    seen = visit(many_runs)
    seen.page.click("#runs-fold > summary")
    names = seen.page.locator("#runs-table tbody a")
    assert names.first.inner_text() == "zoo/run0"
    assert names.count() == 100
    assert seen.page.locator("tr, ol li").count() < 300
    seen.page.click("#runs th button:has-text('Last step')")
    seen.page.click("#runs th button:has-text('Last step')")
    assert names.first.inner_text() == "zoo/run249"
    assert seen.texts("#runs th[aria-sort=ascending]") == ["Last step"]
    seen.page.click("#runs-on")
    assert names.first.inner_text() == "zoo/run149"
    assert seen.page.inner_text("#runs-count") == "250 of 250 runs, 101 to 200 shown"
    assert seen.troubles == []


def test_all_runs_are_searched_and_filtered_with_counts(visit, many_runs):
    seen = visit(many_runs)
    count = seen.page.locator("#runs-count")
    seen.page.fill("#runs-filters [name=text]", "RUN24 lr=1")
    assert seen.texts("#runs-table tbody a")[:2] == ["zoo/run241", "zoo/run243"]
    assert count.inner_text() == "5 of 250 runs"
    seen.page.click("#runs-filters button")
    seen.page.select_option("[name=rules]", label="Dead units (9)")
    assert count.inner_text() == "9 of 250 runs"
    seen.page.select_option("[name=hparam]", label="lr (9)")
    seen.page.select_option("[name=setting]", label="1 (4)")
    assert count.inner_text() == "4 of 250 runs"
    assert "Dead units (4)" in seen.texts("[name=rules] option")
    seen.page.click("#runs-filters button")
    seen.page.fill("#runs-filters [name=text]", "all dead")
    assert count.inner_text() == "9 of 250 runs"
    assert seen.troubles == []


def test_runs_of_one_fault_unfold_and_lead_to_all_of_them(visit, many_runs):
    seen = visit(many_runs)
    seen.page.click("#needs .members > summary")
    assert seen.page.locator("#needs .members li").count() == 9
    assert seen.page.inner_text("h1") == "9 runs need you"
    assert seen.troubles == []


def test_curves_get_a_logarithmic_axis(visit, hostile_run):
    seen = visit(hostile_run)
    seen.draw_all()
    seen.page.click("#logarithmic")
    types = "document.querySelectorAll('#curves .plot')[0].layout.yaxis.type"
    assert seen.page.evaluate(types) == "log"
    seen.page.click("#logarithmic")
    assert seen.page.evaluate(types) == "linear"
    assert seen.troubles == []


def test_what_is_folded_is_printed_and_folded_again(visit, hostile_run):
    seen = visit(hostile_run)
    closed = "document.querySelectorAll('details:not([open])').length"
    before = seen.page.evaluate(closed)
    assert before > 0
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.evaluate(closed) == 0
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.evaluate(closed) == before
    assert seen.troubles == []


def test_no_column_is_cut_on_paper(visit, hostile_report, hostile_run):
    for path in (hostile_report, hostile_run):
        seen = visit(path, viewport={"width": 720, "height": 1000})
        seen.page.emulate_media(media="print")
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 720
        assert seen.troubles == []


def test_nothing_sticks_out_of_a_phone_in_the_dark(visit, hostile_report, hostile_run):
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    for path in (hostile_report, hostile_run):
        seen = visit(path, **phone)
        seen.draw_all()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert seen.troubles == []
