"""A11: names of files that want to be a path, a header, markup, or something else than they look."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HostileName:
    """`parameters` is what the request writes after form-data; name="file"; — `shown` is the name on the page."""

    name: str
    parameters: bytes
    shown: str

    def __str__(self) -> str:
        return self.name


def plain(name: str, filename: str, shown: str) -> HostileName:
    """Return a name written as browsers do."""
    return HostileName(name, b'filename="' + filename.encode() + b'"', shown)


NAMES = [
    plain("parent-folders", "../../../../etc/x.xlsx", "x.xlsx"),
    plain("absolute", "/etc/cron.d/x.xlsx", "x.xlsx"),
    plain("windows-path", "..\\\\..\\\\Windows\\\\x.xlsx", "x.xlsx"),
    plain("nul", "x.exe\0.xlsx", "x.exe.xlsx"),
    plain("entities", "&lt;b&gt;..&#47;..&#47;x.xlsx", "x.xlsx"),
    plain("300-letters", f"{'x' * 300}.xlsx", f"{'x' * 145}.xlsx"),
    plain("300-letters-of-extension", f"x.xlsx.{'x' * 300}", "x" * 150),
    plain("200-wide-letters", f"{'印' * 200}.xlsx", f"{'印' * 145}.xlsx"),
    plain("direction-override", "x\u202exslx.exe.xlsx", "xxslx.exe.xlsx"),
    plain("markup", "<img src=x onerror=alert(1)>.xlsx", "&lt;img src=x onerror=alert(1)&gt;.xlsx"),
    plain("template", "{{ request.user }}.xlsx", "{{ request.user }}.xlsx"),
    plain("nik", "KTP 3507334101900001.xlsx", "KTP ••••••••••••0001.xlsx"),
    HostileName("quotes", b'filename="a\\"; filename=\\"b.xlsx"', "a&quot;; filename=&quot;b.xlsx"),
    HostileName("folded-header", b'filename="a\r\n b.xlsx"', ""),
    HostileName("split-header", b'filename="a.xlsx\r\nX-Header: 1"', ""),
    HostileName("rfc-2231", b"filename*=UTF-8''..%2F..%2Fa%0d%0aSet-Cookie:b%3Dc.xlsx", "aSet-Cookie:b=c.xlsx"),
    HostileName("unknown-charset", b"filename*=nonsense''%41.xlsx", ""),
    HostileName("bad-utf-8", b'filename="\xff\xfe.xlsx"', ""),
    HostileName("dots-only", b'filename=".."', ""),
    HostileName("empty", b'filename=""', ""),
]
