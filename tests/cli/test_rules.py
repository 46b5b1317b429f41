"""``insight rules``: the catalogue, and the page of a rule."""

import json

import pytest

from insight_lib.cli.main import main
from insight_lib.dissection.rule_pages import rule_page
from insight_lib.dissection.rules import RULES


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "insight.toml"
    path.write_text("[rules.blind_spot]\nratio = 2e-4\n[rules.plateau]\nenabled = false\n")
    return path


def test_the_list_names_every_rule_with_its_highest_severity(capsys):
    assert main(["rules"]) == 0
    rows = [line.split("│")[1:3] for line in capsys.readouterr().out.splitlines() if "│" in line]
    listed = {name.strip(): severity.strip() for name, severity in rows if name.strip()}
    assert listed == {rule.name: rule.severity for rule in RULES}


def test_a_page_says_what_why_and_what_to_do_with_thresholds_and_an_example(capsys):
    assert main(["rules", "blind_spot"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in ("Looks for layers whose weights", "Why it matters", "set `trainable=True`"):
        assert part in said
    assert "ratio = 0.001 The layers of a healthy network of the zoo differ by up to 21." in said
    assert "Example Layer embedding never learnt: the updates are zero" in said


@pytest.mark.parametrize("width", [60, 80])
def test_no_line_of_a_page_is_wider_than_the_terminal(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    for rule in RULES:
        assert main(["rules", rule.name]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= width


def test_a_page_shows_the_thresholds_of_the_settings_file(capsys, settings):
    assert main(["rules", "blind_spot", "--config", str(settings)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "changed by less than 0.0002 of what" in said
    assert "ratio = 0.0002" in said


def test_a_rule_that_is_switched_off_is_shown_as_such(capsys, settings):
    assert main(["rules", "plateau", "--config", str(settings)]) == 0
    assert capsys.readouterr().out.startswith("plateau: Plateau (switched off)\n")
    assert main(["rules", "--json", "--config", str(settings)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in listed if not one["enabled"]] == ["plateau"]


def test_json_holds_the_whole_page(capsys):
    assert main(["rules", "step_time", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    page = rule_page(next(rule for rule in RULES if rule.name == "step_time"))
    assert (found["looks_for"], found["example"]) == (page.looks_for, page.example)
    assert found["thresholds"][0] == {
        "name": "rise",
        "value": 3.0,
        "least": 0,
        "source": page.thresholds[0].source,
    }


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("blindspot", "the nearest are blind_spot"), ("x", "`insight rules` lists them")],
)
def test_a_rule_that_there_is_not_is_one_error_with_the_nearest(capsys, name, remedy):
    assert main(["rules", name]) == 2
    assert capsys.readouterr().err == f"insight rules: there is no rule {name}; {remedy}\n"
