"""One request on one connection."""

import asyncio
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    fields: dict[str, str]
    body: bytes


async def fetch(port: int, path: str) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(-1), 20)
    finally:
        writer.close()
    if not answer:
        raise ConnectionResetError("the connection ended without an answer")
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return Answer(int(status.split()[1]), fields, body)
