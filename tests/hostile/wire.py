"""Requests written byte by byte, because no honest client sends what an attacker would. Knows no Django."""

from collections.abc import Mapping

BOUNDARY = "--batas-berkas"


def body_of(content: bytes, parameters: bytes, fields: Mapping[str, str]) -> bytes:
    """Return a multipart body with these fields and one file; `parameters` follow name="file"; as they stand."""
    boundary = b"--" + BOUNDARY.encode()
    parts = [
        boundary + f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    head = b'Content-Disposition: form-data; name="file"; ' + parameters
    parts.append(boundary + b"\r\n" + head + b"\r\nContent-Type: application/octet-stream\r\n\r\n" + content)
    return b"\r\n".join([*parts, boundary + b"--\r\n"])
