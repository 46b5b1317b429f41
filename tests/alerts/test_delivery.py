"""Messages as they arrive at a real mail server and a real web server."""

import json
import re

import pytest

from insight_lib.alerts.delivery import webhook
from insight_lib.alerts.delivery.deliver import WAITS_S, deliver
from insight_lib.alerts.delivery.digest import MOST_ALERTS
from insight_lib.alerts.delivery.email import Email
from insight_lib.alerts.delivery.errors import DeliveryError
from insight_lib.alerts.delivery.webhook import Webhook
from tests.alerts.servers import web_server

HOSTILE = "<script>alert(1)</script>\r\nBcc: x@y.example \u202e*b* <!channel> &"


def to(mail, **changed):
    given = {"security": "none", "user": None, "password_env": None}
    recipients = ["one@d.example", "two@d.example"]
    return Email(
        "127.0.0.1", mail.port, sender="a@b.example", recipients=recipients, **given | changed
    )


def post(server, form="json"):
    return Webhook(server.url, None, form)


def test_a_mail_says_what_there_is_in_text_and_in_html(mail, digest_of):
    digest = digest_of({}, {"severity": "warning", "run_id": "b", "advice": ""}, link="https://r/x")
    assert to(mail).send(digest) is None
    [message] = mail.messages
    assert message["Subject"] == "DeepInsight: 1 error, 1 warning in 2 runs"
    assert message["To"] == "one@d.example, two@d.example"
    assert message["Message-ID"] == "<0123abc@deepinsight.invalid>"
    text, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
    lines = text.splitlines()
    assert lines[3:5] == [
        "error: logs/digits/a: Layer hidden is dead",
        "    Lower the learning rate",
    ]
    assert lines[5].startswith("    https://r/x/runs/logs-digits-a-")
    assert '<a href="https://r/x/runs/logs-digits-a-' in html


def test_what_others_wrote_stays_text(mail, digest_of):
    to(mail).send(digest_of({"title": HOSTILE, "run_id": HOSTILE, "advice": HOSTILE}))
    [message] = mail.messages
    assert message["Bcc"] is None
    html = message.get_body(["html"]).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"\u202e", html + message.get_body(["plain"]).get_content())


def test_a_mail_of_many_alerts_stays_small(mail, digest_of):
    many = [{"title": "x" * 5000, "run_id": f"r{n}" * 99, "rule": "many"} for n in range(10_000)]
    to(mail).send(digest_of(*many, link="https://reports.example.com/nightly"))
    [message] = mail.messages
    assert "10,000 errors in 10,000 runs" in message["Subject"]
    assert f"and {10_000 - MOST_ALERTS:,} more: {10_000 - MOST_ALERTS:,} many" in str(message)
    assert len(message.as_bytes()) < 100_000


def test_refused_recipients_are_named_and_the_others_have_the_mail(mail, digest_of):
    mail.refused = ("two@d.example",)
    said = to(mail).send(digest_of())
    assert said == (
        f"mail server 127.0.0.1:{mail.port} refuses two@d.example; the others have it: "
        "fix the address"
    )
    assert len(mail.messages) == 1


@pytest.mark.parametrize(
    ("reply", "may"), [("451 try again later", True), ("554 not from you", False)]
)
def test_a_reply_says_whether_to_try_again(mail, digest_of, reply, may):
    mail.replies = [reply]
    with pytest.raises(DeliveryError, match=rf"127.0.0.1:{mail.port} answers {reply}") as error:
        to(mail).send(digest_of())
    assert error.value.may_try_again is may


def test_a_password_that_is_not_there_is_named(mail, digest_of, monkeypatch):
    monkeypatch.delenv("NO_PASSWORD", raising=False)
    with pytest.raises(DeliveryError, match="NO_PASSWORD is not set in the environment; set it"):
        to(mail, **{"user": "me", "password_env": "NO_PASSWORD"}).send(digest_of())


def test_a_server_that_is_not_there_may_be_there_later(digest_of):
    with web_server() as gone:
        pass
    for receiver in (
        Email("127.0.0.1", gone.server_port, "none", "a@b", ["c@d"], None, None),
        post(gone),
    ):
        with pytest.raises(DeliveryError) as error:
            receiver.send(digest_of())
        assert error.value.may_try_again


def test_a_post_holds_the_alerts_as_json(hook, digest_of):
    assert post(hook).send(digest_of({"title": HOSTILE})) is None
    [(headers, body)] = hook.posts
    assert headers["Idempotency-Key"] == "0123abc"
    found = json.loads(body)
    assert found["text"] == "DeepInsight: 1 error in 1 run"
    assert found["alerts"][0]["run_id"] == "logs/digits/a"
    assert "\u202e" not in found["alerts"][0]["title"]


def test_chats_show_text_and_obey_none_of_it(hook, digest_of):
    for form in ("slack", "teams"):
        post(hook, form).send(digest_of({"title": HOSTILE}))
    slack, teams = (json.loads(body) for _, body in hook.posts)
    assert "&lt;!channel&gt; &amp;" in slack["text"]
    assert "<" not in slack["text"]
    card = teams["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert r"\*b\*" in json.dumps(card, ensure_ascii=False).replace(r"\\", "\\")


@pytest.mark.parametrize(
    ("status", "may"), [(500, True), (503, True), (429, True), (404, False), (400, False)]
)
def test_a_status_says_whether_to_try_again_and_no_secret_is_told(digest_of, status, may):
    with web_server(status) as server, pytest.raises(DeliveryError) as error:
        post(server).send(digest_of())
    assert str(error.value) == f"127.0.0.1 answers {status}"
    assert error.value.may_try_again is may


def test_a_url_may_stand_in_the_environment(hook, digest_of, monkeypatch):
    monkeypatch.setenv("CHAT_URL", hook.url)
    Webhook(None, "CHAT_URL", "json").send(digest_of())
    assert len(hook.posts) == 1
    monkeypatch.setenv("CHAT_URL", "file:///etc/hosts")
    with pytest.raises(DeliveryError, match="variable CHAT_URL holds no URL"):
        Webhook(None, "CHAT_URL", "json").send(digest_of())


def test_what_fails_and_hangs_is_tried_until_it_arrives(digest_of, monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.2)
    waited_s = []
    with web_server(500, 0, 200) as server:
        done = deliver(post(server), digest_of(), waited_s.append)
        keys = {headers["Idempotency-Key"] for headers, _ in server.posts}
    assert (done.attempts, done.is_sent, done.problem) == (3, True, None)
    assert waited_s == list(WAITS_S[:2])
    assert keys == {"0123abc"}


def test_what_fails_for_good_is_tried_once_and_what_fails_on_and_on_is_left(digest_of):
    with web_server(404) as server:
        assert deliver(post(server), digest_of(), pytest.fail).attempts == 1
    with web_server(*[500] * 9) as server:
        done = deliver(post(server), digest_of(), lambda _: None)
    assert (done.attempts, done.is_sent) == (1 + len(WAITS_S), False)
    assert done.problem == "127.0.0.1 answers 500"
