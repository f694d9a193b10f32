"""Holds the forms of /metrics against each other, as the parsers of others read them.

usage: formats.py PORT

Text by prometheus_client's parser, OpenMetrics by the strict reference parser, protobuf by Google's library and the
descriptor below: each with gzip and without, by GET and by HEAD. All must have the same series of requests, and the
native histogram the counts of the classic one. The agent must be idle. Prints what differs and exits 1 if anything does.
"""

import gzip
import http.client
import math
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
COUNTER, GAUGE, HISTOGRAM = 0, 1, 4

# Field numbers and types of io/prometheus/client/metrics.proto, as far as the agent writes them.
MESSAGES = {
    "LabelPair": [("name", 1, "string"), ("value", 2, "string")],
    "Gauge": [("value", 1, "double")],
    "Counter": [("value", 1, "double")],
    "Bucket": [("cumulative_count", 1, "uint64"), ("upper_bound", 2, "double")],
    "BucketSpan": [("offset", 1, "sint32"), ("length", 2, "uint32")],
    "Histogram": [("sample_count", 1, "uint64"), ("sample_sum", 2, "double"), ("bucket", 3, "*Bucket"),
                  ("schema", 5, "sint32"), ("zero_threshold", 6, "double"), ("zero_count", 7, "uint64"),
                  ("negative_span", 9, "*BucketSpan"), ("negative_delta", 10, "*sint64"),
                  ("positive_span", 12, "*BucketSpan"), ("positive_delta", 13, "*sint64")],
    "Metric": [("label", 1, "*LabelPair"), ("gauge", 2, "Gauge"), ("counter", 3, "Counter"),
               ("timestamp_ms", 6, "int64"), ("histogram", 7, "Histogram")],
    "MetricFamily": [("name", 1, "string"), ("help", 2, "string"), ("type", 3, "int32"), ("metric", 4, "*Metric"),
                     ("unit", 5, "string")],
}

differences = []


def main() -> int:
    port = int(sys.argv[1])
    classic, native, families = protobuf(body(port, PROTOBUF))
    found = {"text": samples(parse_text(body(port, TEXT).decode())),
             "OpenMetrics": samples(parse_openmetrics(body(port, OPENMETRICS).decode())), "protobuf": classic}
    for name, pages in found.items():
        compare(f"{name} and text", pages, found["text"])
    check_native(native, classic)
    check_metadata(port, families)
    print("\n".join(differences[:40]))
    if not classic or not native:
        print("no series of requests")
    return 1 if differences or not classic or not native else 0


def body(port: int, content_type: str) -> bytes:
    """The page of this type, once its four ways agree on it as far as the agent stands still."""
    answers = {}
    for method in ("GET", "HEAD"):
        for coding in (None, "gzip"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request(method, "/metrics", headers={
                "Accept": f"{content_type.replace(' ', '')};q=0.9,*/*;q=0.1", "Accept-Encoding": coding or "identity"})
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            head = answer.status, answer.getheader("content-type"), answer.getheader("content-encoding")
            if head != (200, content_type, coding) or answer.getheader("vary") != "accept, accept-encoding":
                differences.append(f"{method} {content_type} {coding}: {answer.status} {answer.getheaders()}")
            if method == "GET":
                answers[coding] = gzip.decompress(content) if coding else content
            elif content:
                differences.append(f"HEAD has a body of {len(content)} bytes")
    return answers["gzip"]


def is_of_requests(name: str) -> bool:
    return name.startswith(("plumbline_request", "plumbline_response", "plumbline_health_status"))


def samples(families) -> dict:
    return {(sample.name, frozenset(sample.labels.items())): float(sample.value)
            for family in families for sample in family.samples if is_of_requests(sample.name)}


def protobuf(page: bytes):
    """The same from messages, the native histograms by their labels, and the families."""
    family_class = make_classes()["MetricFamily"]
    classic, native, families, place = {}, {}, {}, 0
    while place < len(page):
        length, place = varint(page, place)
        family = family_class.FromString(page[place:place + length])
        place += length
        families[family.name] = family
        for metric in family.metric:
            labels = {pair.name: pair.value for pair in metric.label}
            if len(labels) != len(metric.label):
                differences.append(f"{family.name}: a label twice in {labels}")
            if not is_of_requests(family.name):
                continue
            if family.type == HISTOGRAM:
                native[frozenset(labels.items())] = metric.histogram
                classic |= of_histogram(family.name, labels, metric.histogram)
            else:
                part = metric.counter if family.type == COUNTER else metric.gauge
                classic[family.name, frozenset(labels.items())] = part.value
    return classic, native, families


def of_histogram(name: str, labels: dict, histogram) -> dict:
    counts = {repr(bucket.upper_bound): bucket.cumulative_count for bucket in histogram.bucket}
    counts["+Inf"] = histogram.sample_count
    buckets = {(name + "_bucket", frozenset((labels | {"le": bound}).items())): float(count)
               for bound, count in counts.items()}
    labels = frozenset(labels.items())
    return buckets | {(name + "_sum", labels): histogram.sample_sum,
                      (name + "_count", labels): float(histogram.sample_count)}


def check_native(native: dict, classic: dict) -> None:
    """Bucket i of schema 5 ends at 2^(i/32), so the counts up to 2^k are those of the buckets up to 32 k."""
    for labels, histogram in native.items():
        if histogram.schema != 5 or histogram.negative_span or histogram.negative_delta:
            differences.append(f"{dict(labels)}: not of schema 5, or negative")
        counts, index, value, deltas = {}, 0, 0, list(histogram.positive_delta)
        for span in histogram.positive_span:
            index += span.offset
            for _ in range(span.length):
                value += deltas.pop(0)
                counts[index] = value
                index += 1
        if deltas or sum(counts.values()) + histogram.zero_count != histogram.sample_count:
            differences.append(f"{dict(labels)}: {counts} and {histogram.zero_count} zeros do not add up")
        for bucket in histogram.bucket:
            last = 32 * round(math.log2(bucket.upper_bound))
            below = histogram.zero_count + sum(count for index, count in counts.items() if index <= last)
            if below != bucket.cumulative_count:
                differences.append(f"{dict(labels)}: {below} up to {bucket.upper_bound}, classic {bucket.cumulative_count}")


def check_metadata(port: int, families: dict) -> None:
    by_text = {family.name: family for family in parse_openmetrics(body(port, OPENMETRICS).decode())}
    kinds = {COUNTER: "counter", GAUGE: "gauge", HISTOGRAM: "histogram"}
    for name, family in families.items():
        base = name.removesuffix("_total") if family.type == COUNTER else name.removesuffix("_info")
        other = by_text.pop(base, None)
        kind = "info" if name.endswith("_info") else kinds[family.type]
        if other is None or (other.type, other.unit, other.documentation) != (kind, family.unit, family.help):
            differences.append(f"{name}: {other} in OpenMetrics, {kind} {family.unit} {family.help} in protobuf")
    differences.extend(f"{name}: not in protobuf" for name in by_text)


def compare(place: str, found: dict, expected: dict) -> None:
    for key in found.keys() | expected.keys():
        if found.get(key) != expected.get(key):
            differences.append(f"{place}: {key[0]} {sorted(key[1])}: {found.get(key)} and {expected.get(key)}")


def varint(page: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = page[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def make_classes() -> dict:
    file = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package="scraped", syntax="proto2")
    field = descriptor_pb2.FieldDescriptorProto
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            added = message.field.add(name=field_name, number=number)
            added.label = field.LABEL_REPEATED if kind.startswith("*") else field.LABEL_OPTIONAL
            kind = kind.removeprefix("*")
            if kind in MESSAGES:
                added.type, added.type_name = field.TYPE_MESSAGE, f".scraped.{kind}"
            else:
                added.type = getattr(field, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"scraped.{name}")) for name in MESSAGES}


if __name__ == "__main__":
    sys.exit(main())
