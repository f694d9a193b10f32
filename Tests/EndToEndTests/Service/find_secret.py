"""Looks for a text in every file of a directory, as it stands and inside of every zlib stream that a file holds.

usage: find_secret.py DIRECTORY TEXT KNOWN    Prints the places; fails where there are any, and where KNOWN, which must be
there, is in no stream: then nothing was proven.
"""

import pathlib
import sys
import zlib

directory, text, known = pathlib.Path(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode()
places, streams, has_known = [], 0, False
for path in sorted(path for path in directory.rglob("*") if path.is_file()):
    content = path.read_bytes()
    if text in content:
        places.append(f"{path}: as it stands")
    # CMF of 32 KiB or less and a check of FLG (RFC 1950 §2.2); what begins so by chance soon ends as damage.
    for start in range(len(content) - 1):
        if content[start] & 0x8F != 0x08 or (content[start] << 8 | content[start + 1]) % 31:
            continue
        inflater, inflated = zlib.decompressobj(), b""
        try:
            inflated = inflater.decompress(content[start:])
        except zlib.error:
            continue
        if inflater.eof:
            streams += 1
            has_known = has_known or known in inflated
            if text in inflated:
                places.append(f"{path}: in the stream at {start}")
print(f"{streams} streams inflated", *places, sep="\n")
if not has_known:
    sys.exit(f"{known.decode()} is in none of {streams} streams")
sys.exit(bool(places))
