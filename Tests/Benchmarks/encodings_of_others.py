"""The same histograms as others write them down, in bytes.

Only the histograms of the response times are compared: without names, labels, counts beside them or an index, which
all of them need too and Plumbline's bytes include.
"""

import base64
import struct
import time
import zlib
from pathlib import Path

from hdrh.histogram import HdrHistogram

BLOCK_HEAD = 92
LEVELS = range(1, 10)


def hdr_v2(histogram: list[list[int]]) -> int:
    """HdrHistogram V2, compressed: 1 µs to an hour, two digits, which is an error of at most 1 %."""
    hdr = HdrHistogram(1, 3_600_000_000, 2)
    for index, count in histogram:
        hdr.record_value(max(1, round(2 ** ((index + 0.5) / 32) * 1e6)), count)
    return len(base64.b64decode(hdr.encode()))


def native(histogram: list[list[int]], total: float) -> bytes:
    """A Prometheus native histogram of schema 5 (the same buckets) as its protobuf: integer counts, spans, deltas."""
    spans, deltas, before, last = [], [], 0, None
    for index, count in histogram:
        place = index + 1  # Prometheus names a bucket by its upper end
        if last is not None and place == last + 1:
            spans[-1][1] += 1
        else:
            spans.append([place if last is None else place - last - 1, 1])
        deltas.append(count - before)
        before, last = count, place
    message = b"\x08" + varint(sum(count for _, count in histogram))  # sample_count
    message += b"\x11" + struct.pack("<d", total)  # sample_sum
    message += b"\x28" + varint(zigzag(5)) + b"\x31" + struct.pack("<d", 2.0 ** -128) + b"\x38\x00"
    for offset, length in spans:
        span = b"\x08" + varint(zigzag(offset)) + b"\x10" + varint(length)
        message += b"\x62" + varint(len(span)) + span
    packed = b"".join(varint(zigzag(delta)) for delta in deltas)
    return message + b"\x6a" + varint(len(packed)) + packed


def varint(value: int) -> bytes:
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])


def zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def columns(snapshots: Path) -> list[bytes]:
    """The uncompressed columns of every block of an hour file: a frame after the other, the format's description has
    the offsets."""
    data, found, place = snapshots.read_bytes(), [], 0
    while place < len(data):
        magic, _, length = struct.unpack_from("<4sII", data, place)
        if magic == b"PLbk":
            found.append(zlib.decompress(data[place + BLOCK_HEAD:place + length]))
        place += length
    return found


def levels(blocks: list[bytes]) -> dict[int, tuple[int, float]]:
    """For every level of zlib: the bytes, and the CPU seconds."""
    table = {}
    for level in LEVELS:
        start = time.process_time()
        size = sum(len(zlib.compress(block, level)) for block in blocks)
        table[level] = size, time.process_time() - start
    return table


def gzipped(path: Path, level: int = 6) -> int:
    with open(path, "rb") as file:
        packer, size = zlib.compressobj(level, zlib.DEFLATED, 31), 0
        while part := file.read(1 << 20):
            size += len(packer.compress(part))
        return size + len(packer.flush())
