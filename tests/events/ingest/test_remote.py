"""Log roots that are no local folders: a ``file://`` URI, and a bucket served over HTTP."""

import gzip
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.errors import InputError
from insight_lib.events.format.read import read_span
from insight_lib.events.ingest.ledger import known_roots, read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.stage import RUNS
from insight_lib.files.log_root import check_roots
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.session import spark_session
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest.stage import ingest_predictions, remembered_patterns
from insight_lib.predictions.pattern import pattern_of
from tests.in_process import InProcess

FILE = "logs/a b/events.out.tfevents.1.host"


class Bucket(ThreadingHTTPServer):
    """What S3's protocol asks of one bucket that is read: ListObjectsV2, HEAD and GET of ranges."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Requests)
        self.objects = {}
        self.sent_bytes = 0
        self.whole_objects = 0


class Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path).lstrip("/").partition("/")
        if bucket != "bucket":
            self.answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif "list-type=2" in url.query:
            self.answer(200, self.listing(parse_qs(url.query).get("prefix", [""])[0]))
        elif key in self.server.objects:
            self.send_object(self.server.objects[key])
        else:
            self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def listing(self, prefix):
        """All keys below a prefix."""
        keys = [key for key in sorted(self.server.objects) if key.startswith(prefix)]
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key])}</Size>"
            "<LastModified>2024-01-01T00:00:00.000Z</LastModified></Contents>"
            for key in keys
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>{len(keys)}</KeyCount>"
            f"{found}</ListBucketResult>"
        ).encode()

    def send_object(self, content):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted:
            first, last = map(int, wanted.groups())
            self.answer(206, content[first : last + 1], first, len(content))
        else:
            self.server.whole_objects += self.command == "GET"
            self.answer(200, content)

    def answer(self, status, body, first=None, total=None):
        self.send_response(status)
        if first is not None:
            self.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{total}")
        self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.server.sent_bytes += len(body) if status == 206 else 0
            self.wfile.write(body)


@pytest.fixture(scope="module")
def environment():
    """The environment that leads S3 clients to the server, also those of Spark's workers."""
    server = Bucket()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "someone")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield server
    server.shutdown()


@pytest.fixture
def bucket(environment):
    environment.objects = {}
    environment.sent_bytes = environment.whole_objects = 0
    return environment


@pytest.fixture
def records(framed, scalar):
    """A function that returns the records of some steps."""
    return lambda steps: b"".join(
        framed(scalar("loss", step, step / 2).SerializeToString()) for step in steps
    )


@pytest.fixture
def spark_workers(bucket, workers):
    """Spark's workers with the bucket's environment, which their own JVM would inherit."""
    del bucket  # sets the environment
    given = spark_session().sparkContext.environment
    before = dict(given)
    given.update({name: value for name, value in os.environ.items() if name.startswith("AWS_")})
    yield workers
    given.clear()
    given.update(before)


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


def test_a_bucket_and_a_folder_are_read_together_as_they_grow(bucket, lake, records, tmp_path):
    bucket.objects[FILE] = records(range(3))
    local = tmp_path / "local"
    (local / "b").mkdir(parents=True)
    (local / "b" / "events.out.tfevents.1").write_bytes(records([7]))
    roots = check_roots(["s3://bucket/logs/", local.as_uri()])
    assert roots == ("s3://bucket/logs", local)
    ingest_events(lake, InProcess(), roots)
    bucket.objects[FILE] = records(range(4))
    assert ingest_events(lake, InProcess(), roots).records == 1
    assert ingest_events(lake, InProcess(), roots).files_read == 0
    assert sorted(lake.read("scalars", ["step"])["step"].to_pylist()) == [0, 1, 2, 3, 7]
    entry = read_ledger(lake)[FILE]
    assert (entry.path, entry.run_id) == (f"s3://bucket/{FILE}", "logs/a b")
    run_stage(lake, InProcess(), RUNS)
    assert sorted(map(str, known_roots(lake))) == sorted(map(str, roots))


def test_predictions_below_a_bucket_are_found_and_read(bucket, lake, framed):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"label": [0, 1], "score": [0.25, 0.75]}), sink)
    lines = b'{"label": 1, "score": 0.5}\n{"label": 0, "score": 0.5}\n'
    example = bytes.fromhex(
        "0a230a0e0a056c6162656c12051a030a01000a110a0573636f7265120812060a040000003f"
    )
    files = {
        "x.parquet": sink.getvalue().to_pybytes(),
        "x.csv": b"label,score\n1,0.5\n0,0.5\n",
        "y.csv.gz": gzip.compress(b"label,score\n1,0.5\n0,0.5\n"),
        "x.jsonl": lines,
        "y.jsonl.gz": gzip.compress(lines),
        "x.tfrecord": framed(example) * 2,
        "_x.parquet": b"not finished",
    }
    bucket.objects |= {f"logs/a/predictions/{name}": held for name, held in files.items()}
    roots = check_roots(["s3://bucket/logs"])
    summary = ingest_predictions(lake, InProcess(), roots)
    assert (summary.files_read, summary.rows, summary.unreadable) == (6, 12, ())
    assert lake.read("quarantine").num_rows == 0
    assert ingest_predictions(lake, InProcess(), roots).files_read == 0
    assert lake.read("predictions", ["run_id"])["run_id"].unique().to_pylist() == ["logs/a"]


def test_a_pattern_may_be_a_uri_and_is_remembered(bucket, lake):
    bucket.objects["scores/exp/a/val-5.csv"] = b"label,score\n1,0.5\n"
    pattern = pattern_of("s3://bucket/scores/{run}/{split}-{step}.csv")
    assert ingest_predictions(lake, InProcess(), (), [pattern]).rows == 1
    [row] = lake.read("predictions", ["run_id", "split", "step"]).to_pylist()
    assert row == {"run_id": "exp/a", "split": "val", "step": 5}
    assert remembered_patterns(lake) == (pattern,)
    bucket.objects["scores/exp/a/val-6.csv"] = bucket.objects.pop("scores/exp/a/val-5.csv")
    assert ingest_predictions(lake, InProcess(), (), [pattern]).rows == 1
    assert lake.read("predictions", ["step"])["step"].to_pylist() == [6]


def test_only_the_bytes_of_the_span_and_heads_are_fetched(bucket, records):
    old, new = records(range(20_000)), records(range(5))
    bucket.objects[FILE] = old + new
    uri = f"s3://bucket/{FILE}"
    pieces = list(read_span(uri, len(old), len(old + new), {}))
    assert sum(piece.records for piece in pieces) == 5
    assert bucket.sent_bytes == len(new)
    plan_events(["s3://bucket/logs"], {})
    assert bucket.sent_bytes == len(new) + 4096
    assert bucket.whole_objects == 0


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ("s4://bucket/logs", "check the scheme"),
        ("s3://absent/logs", "absent/logs"),
        ("s3://bucket/absent", "does not exist; name a folder"),
        ("s3://key:secret@bucket/logs", "set them in the environment"),
        ("s3://bucket/logs?region=x", "set them in the environment"),
    ],
)
def test_a_root_that_cannot_be_read_is_named_with_the_remedy(bucket, root, message):
    bucket.objects[FILE] = b"x"
    with pytest.raises(InputError, match=re.escape(message)) as refused:
        check_roots([root])
    assert "secret@" not in str(refused.value)


def test_a_bucket_inside_another_root_is_refused(bucket):
    bucket.objects[FILE] = b"x"
    with pytest.raises(InputError, match="lies inside"):
        check_roots(["s3://bucket/logs", "s3://bucket/logs/a b"])


def test_workers_of_spark_read_a_bucket_through_the_environment(
    bucket, lake, spark_workers, records
):
    bucket.objects[FILE] = records(range(3))
    ingest_events(lake, spark_workers, check_roots(["s3://bucket/logs"]))
    assert sorted(lake.read("scalars", ["step"])["step"].to_pylist()) == [0, 1, 2]
