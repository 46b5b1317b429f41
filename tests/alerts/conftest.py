"""A lake of three runs (see `told_lake`), and digests."""

import pytest

from insight_lib.alerts.delivery.digest import Alert, Digest
from tests.alerts.servers import mail_server, web_server
from tests.cli.told_lake import NIGHTS, told_lake

ALERT = {
    "rule": "errors",
    "run_id": "logs/digits/a",
    "severity": "error",
    "title": "Layer hidden is dead",
    "advice": "Lower the learning rate",
}


@pytest.fixture
def lake(tmp_path):
    return told_lake(tmp_path / "lake")


@pytest.fixture
def digest_of():
    def digest_of(*alerts, link=None):
        told = [Alert(**ALERT | one) for one in alerts or ({},)]
        return Digest("0123abc", NIGHTS[2], told, link)

    return digest_of


@pytest.fixture
def mail():
    with mail_server() as server:
        yield server


@pytest.fixture
def hook():
    with web_server() as server:
        yield server
