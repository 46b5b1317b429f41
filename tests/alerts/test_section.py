"""What section ``[alerts]`` may say."""

from pathlib import Path

import pytest

from insight_lib.alerts.delivery.email import Email
from insight_lib.alerts.delivery.webhook import Webhook
from insight_lib.alerts.settings.section import alert_settings, read_alerts
from insight_lib.alerts.settings.store import remember_alerts, remembered_alerts
from insight_lib.errors import ConfigError
from insight_lib.pipeline.inputs import Inputs, remember_inputs

CHAT = {"type": "webhook", "url_env": "CHAT"}
MAIL = {
    "type": "email",
    "host": "localhost",
    "sender": "a@b.example",
    "recipients": ["c@d.example"],
}
STATED = {"receivers": {"chat": CHAT, "mail": MAIL}, "rules": {"bad": {"when": "verdict"}}}


def test_a_section_as_the_documentation_has_it_is_read(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "alerts.md"
    example = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    file = tmp_path / "insight.toml"
    file.write_text(example, encoding="utf-8")
    found = alert_settings(read_alerts(file), file, [])
    assert {type(one) for one in found.receivers.values()} == {Email, Webhook}
    assert {type(rule.condition).__name__ for rule in found.rules} == {
        *("Finding", "OfVerdict", "Risk", "InState", "DataQuality"),
    }


def test_what_is_left_out_has_its_default():
    [rule] = alert_settings(STATED, Path("x"), []).rules
    assert rule.receivers == ["chat", "mail"]
    assert rule.runs == ["*"]
    assert rule.condition.verdicts == ["failing"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"receiver": {}}, r"alerts.receiver is not known; the fields are link, receivers, rules"),
        ({"link": "report"}, r"alerts.link should be the URL .*, not 'report'"),
        ({"rules": {"a": 3}}, r"alerts.rules.a should be a section, not 3"),
        ({"rules": {"a": {}}}, r"alerts.rules.a.when should be one of finding, verdict, risk, "),
        ({"rules": {"a": {"when": "risk", "above": 1}}}, r"a.above should be a probability"),
        ({"rules": {"a": {"when": "risk", "above": True}}}, r"a.above should be a probability"),
        ({"rules": {"a": {"when": "risk", "over": 0.5}}}, r"a.over is not known; the fields are"),
        ({"rules": {"a": {"when": "state", "states": ["idle"]}}}, r"a.states should be a list of"),
        ({"rules": {"a": {"when": "finding", "severity": "bad"}}}, r"one of info, warning, error"),
        ({"rules": {"a": {"when": "finding", "runs": []}}}, r"a.runs should be a list of runs"),
        ({"rules": {"a": {"when": "verdict", "receivers": ["x"]}}}, r"names 'x'; there is chat, "),
        ({"receivers": {}}, r"alerts.rules has nobody to tell: add a section \[alerts.receivers"),
        ({"receivers": {"chat": {}}}, r"receivers.chat.type should be one of email, webhook"),
        ({"receivers": {"c": {"type": "webhook"}}}, r"c should have one of url and url_env"),
        ({"receivers": {"c": CHAT | {"url": "http://x"}}}, r"c should have one of url and url_env"),
        ({"receivers": {"c": CHAT | {"format": "irc"}}}, r"one of json, slack, teams, not 'irc'"),
        (
            {"receivers": {"c": {"type": "webhook", "url": "file:///etc/passwd"}}},
            r"c.url should be a URL of https or http",
        ),
        ({"receivers": {"m": MAIL | {"sender": "a\nBcc: b"}}}, r"m.sender should be an address"),
        ({"receivers": {"m": MAIL | {"port": 0}}}, r"m.port should be a port, 1 to 65535"),
        ({"receivers": {"m": MAIL | {"user": "x"}}}, r"both user and password_env, or neither"),
        ({"receivers": {"m": {"type": "email"}}}, r"m has no host: the name of an SMTP server; "),
    ],
)
def test_what_does_not_fit_is_named(changed, said):
    with pytest.raises(ConfigError, match=rf"^x: .*{said}.*; fix section \[alerts\]$"):
        alert_settings(STATED | changed, Path("x"), [])


def test_all_that_does_not_fit_is_named_at_once():
    rules = {"a": {"when": "never"}, "b": {"when": "risk", "above": 7}}
    with pytest.raises(ConfigError, match=r"rules.a.when .*; alerts.rules.b.above "):
        alert_settings(STATED | {"rules": rules}, Path("x"), [])


def test_a_lake_remembers_the_section_until_another_is_given(lake):
    assert remembered_alerts(lake).rules == ()
    remember_inputs(lake, Inputs(alerts=STATED))
    remember_alerts(lake, None)
    assert [rule.name for rule in remembered_alerts(lake).rules] == ["bad"]
    remember_alerts(lake, {})
    assert remembered_alerts(lake).rules == ()
