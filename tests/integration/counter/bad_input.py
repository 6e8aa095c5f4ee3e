"""Bad input as data: what is sent, and how it must be answered. MARK stands for what a person typed."""

from typing import NamedTuple

MARK = "ZQXJ7RSSMRA85T50A562W"
GZIP = bytes.fromhex("1f8b0800000000000003ab562aae4a4dcd2b51b2522a4e4bac4a55aa050000000000000000")


class Body(NamedTuple):
    """A body sent as a section, and its verdict."""

    name: str
    section: str
    body: bytes
    status: int
    code: str


class Request(NamedTuple):
    """A whole request, byte by byte. `closed`: the connection must end behind the answer."""

    name: str
    sent: tuple[bytes, ...]
    status: int
    code: str
    closed: bool = True


class Headers(NamedTuple):
    """A well-formed save with other headers: None takes one away, a list sends it several times."""

    name: str
    headers: dict[str, str | list[str] | None]
    status: int
    code: str


def _income(value: str) -> bytes:
    return b'{"employment": %b}' % value.encode("utf-8", "surrogatepass")


def _name(value: str) -> bytes:
    return b'{"first_name": "%b"}' % value.encode()


def _months(value: str) -> bytes:
    return b'{"requested_months": [%b]}' % value.encode()


_XML = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;' + MARK.encode() + b"</a>"
_EMOJI_CUT = b'{"employment": "' + MARK.encode() + b'\xf0\x9f\x98"}'

BODIES = (
    Body("empty", "income", b"", 400, "empty-body"),
    Body("only white space", "income", b" \r\n\t ", 400, "empty-body"),
    Body("cut short", "income", b'{"employment": "' + MARK.encode(), 400, "malformed-json"),
    Body("a brace", "income", b"{", 400, "malformed-json"),
    Body("something behind it", "income", _income(f'"{MARK}"') + b"x", 400, "malformed-json"),
    Body("two values", "income", b"{}{}", 400, "malformed-json"),
    Body("single quotes", "income", b"{'employment': '1'}", 400, "malformed-json"),
    Body("a comma too many", "income", b'{"employment": "1",}', 400, "malformed-json"),
    Body("a comment", "income", b'{/* x */"employment": "1"}', 400, "malformed-json"),
    Body("a byte order mark", "income", b"\xef\xbb\xbf{}", 400, "malformed-json"),
    Body("a raw line end in a text", "income", _income(f'"{MARK}\n"'), 400, "malformed-json"),
    Body("a raw NUL in a text", "income", _income(f'"{MARK}\x00"'), 400, "malformed-json"),
    Body("a leading zero", "declarations", _months("01"), 400, "malformed-json"),
    Body("one key twice", "income", b'{"employment": "1", "employment": "%b"}' % MARK.encode(), 400, "duplicate-key"),
    Body("one key twice, deeper", "children", b'{"children": [{"link": "", "link": ""}]}', 400, "duplicate-key"),
    Body("one key twice, escaped", "income", rb'{"employment": "1", "\u0065mployment": "2"}', 400, "duplicate-key"),
    Body("one key twice, composed and not", "income", '{"\u00e9": "1", "e\u0301": "2"}'.encode(), 400, "duplicate-key"),
    Body("two lines, each an object", "income", b"{}\n{}", 400, "malformed-json"),
    Body("white space of another kind", "income", b"\x0c{}", 400, "malformed-json"),
    Body("half an escape", "income", rb'{"employment": "\u12"}', 400, "malformed-json"),
    Body("an escape nobody knows", "income", rb'{"employment": "\x41"}', 400, "malformed-json"),
    Body("true as Python has it", "declarations", b'{"truthful": True}', 400, "malformed-json"),
    Body("a month with a plus", "declarations", _months("+1"), 400, "malformed-json"),
    Body("a month in Arabic digits", "declarations", '{"requested_months": [\u0661]}'.encode(), 400, "malformed-json"),
    Body("XML that asks for a file", "income", _XML, 400, "malformed-json"),
    Body("NaN", "income", _income("NaN"), 400, "not-finite"),
    Body("Infinity", "declarations", _months("Infinity"), 400, "not-finite"),
    Body("minus Infinity", "declarations", _months("-Infinity"), 400, "not-finite"),
    Body("an integer of 5,000 digits", "declarations", _months("9" * 5_000), 400, "number-too-long"),
    Body("30,000 lists in one another", "income", b"[" * 30_000 + b"]" * 30_000, 400, "too-deep"),
    Body("nine levels", "income", b'{"a":' * 9 + b"1" + b"}" * 9, 400, "too-deep"),
    Body("300 keys", "income", b"{%b}" % b",".join(b'"k%d":1' % n for n in range(300)), 400, "too-many-keys"),
    Body("a byte that is no UTF-8", "income", b'{"employment": "' + MARK.encode() + b'\xff"}', 400, "not-utf-8"),
    Body("half an emoji", "income", _EMOJI_CUT, 400, "not-utf-8"),
    Body("a byte too long for its character", "income", b'{"employment": "\xc0\xaf"}', 400, "not-utf-8"),
    Body("beyond the last character", "income", b'{"employment": "\xf4\x90\x80\x80"}', 400, "not-utf-8"),
    Body("UTF-16 that says nothing of it", "income", '{"employment": "1"}'.encode("utf-16-le"), 400, "malformed-json"),
    Body("UTF-32", "income", '{"employment": "1"}'.encode("utf-32"), 400, "not-utf-8"),
    Body("UTF-16", "income", '{"employment": "1"}'.encode("utf-16"), 400, "not-utf-8"),
    Body("a surrogate as bytes", "income", _income('"\ud800"'), 400, "not-utf-8"),
    Body("a text at the top", "income", b'"%b"' % MARK.encode(), 422, "not-an-object"),
    Body("a number at the top", "income", b"7", 422, "not-an-object"),
    Body("a list at the top", "income", b'["%b"]' % MARK.encode(), 422, "not-an-object"),
    Body("null at the top", "income", b"null", 422, "not-an-object"),
    Body("1e400", "income", _income("1e400"), 422, "out-of-range"),
    Body("1e400 as a month", "declarations", _months("1e400"), 422, "out-of-range"),
    Body("a month beyond 2^53", "declarations", _months(str(2**53)), 422, "out-of-range"),
    Body("a month of 99 digits", "declarations", _months("9" * 99), 422, "out-of-range"),
    Body("NUL, escaped", "income", _income(rf'"{MARK}\u0000"'), 422, "forbidden-character"),
    Body("a control character, escaped", "income", _income(rf'"{MARK}\u0007"'), 422, "forbidden-character"),
    Body("a lone surrogate, escaped", "income", _income(rf'"{MARK}\ud800"'), 422, "forbidden-character"),
    Body("surrogates the wrong way round", "income", _income(r'"\udc00\ud800"'), 422, "forbidden-character"),
    Body("a field nobody knows", "income", b'{"salary": "%b"}' % MARK.encode(), 422, "unknown-field"),
    Body("another's draft id", "income", b'{"draft_id": "%b"}' % MARK.encode(), 422, "unknown-field"),
    Body("a surrogate as a name", "income", rb'{"\ud800": 1}', 422, "unknown-field"),
    Body("NUL in a name", "income", rb'{"employment\u0000": "1"}', 422, "unknown-field"),
    Body("a name with a blank nobody sees", "income", rb'{"employment\u200b": "1"}', 422, "unknown-field"),
    Body("a name in wide letters", "income", '{"\uff45mployment": "1"}'.encode(), 422, "unknown-field"),
    Body("a name that is none", "income", b'{"": "%b"}' % MARK.encode(), 422, "unknown-field"),
    Body("a name that some languages trip over", "income", b'{"__proto__": {"a": "1"}}', 422, "unknown-field"),
    Body("minus nought with a point", "declarations", _months("-0.0"), 422, "wrong-type"),
    Body("1e0 for an integer", "declarations", _months("1e0"), 422, "wrong-type"),
    Body("nearly nothing", "declarations", _months("1e-400"), 422, "wrong-type"),
    Body("a text for an integer", "declarations", _months('"1"'), 422, "wrong-type"),
    Body("1.0 for an integer", "declarations", _months("1.0"), 422, "wrong-type"),
    Body("true for an integer", "declarations", _months("true"), 422, "wrong-type"),
    Body("1 for true", "declarations", b'{"truthful": 1}', 422, "wrong-type"),
    Body("money as a number", "income", _income("28000.50"), 422, "wrong-type"),
    Body("a date as a number", "applicant", b'{"birth_date": 19851210}', 422, "wrong-type"),
    Body("an object for a text", "income", b'{"employment": {"a": "%b"}}' % MARK.encode(), 422, "wrong-type"),
    Body("a list for an object", "children", b'{"children": [[]]}', 422, "wrong-type"),
    Body("null in a list", "declarations", _months("null"), 422, "wrong-type"),
    Body("501 characters", "income", _income(f'"{(MARK * 24)[:501]}"'), 422, "too-long"),
    Body("too long once it is composed", "applicant", _name("\u0958" * 400), 422, "too-long"),
    Body("200 months", "declarations", _months(",".join("1" * 200)), 422, "too-many-items"),
    Body("one byte too many", "income", b" " * 65_535 + b"{}", 413, "too-large"),
    Body("51 children", "children", b'{"children": [%b]}' % b",".join([b"{}"] * 51), 422, "too-many-items"),
    Body("several faults", "income", b'{"employment": 1, "salary": "%b"}' % MARK.encode(), 422, "wrong-shape"),
)

_MEDIA = "unsupported-media-type"
_DATE = "Sat, 01 Nov 2025 00:00:00 GMT"
_TAG = "precondition-malformed"

HEADERS = (
    Headers("no Content-Type", {"content-type": None}, 415, "unsupported-media-type"),
    Headers("text/plain", {"content-type": "text/plain"}, 415, "unsupported-media-type"),
    Headers("a form", {"content-type": "application/x-www-form-urlencoded"}, 415, "unsupported-media-type"),
    Headers("multipart", {"content-type": "multipart/form-data; boundary=x"}, 415, "unsupported-media-type"),
    Headers("another charset", {"content-type": "application/json; charset=utf-16"}, 415, "unsupported-media-type"),
    Headers("a charset said twice", {"content-type": "application/json; charset=utf-8; charset=latin1"}, 415, _MEDIA),
    Headers("two types in one", {"content-type": "application/json, text/plain"}, 415, _MEDIA),
    Headers("an empty type", {"content-type": ""}, 415, _MEDIA),
    Headers("a relative of JSON", {"content-type": "application/ld+json"}, 415, _MEDIA),
    Headers("a JSON patch", {"content-type": "application/json-patch+json"}, 415, "unsupported-media-type"),
    Headers("two types", {"content-type": ["application/json", "text/plain"]}, 400, "bad-request"),
    Headers("two callers", {"authorization": ["Bearer one", "Bearer two"]}, 400, "bad-request"),
    Headers("two types, ours last", {"content-type": ["text/plain", "application/json"]}, 400, "bad-request"),
    Headers("gzip", {"content-encoding": "gzip"}, 415, "unsupported-encoding"),
    Headers("two encodings", {"content-encoding": "identity, gzip"}, 415, "unsupported-encoding"),
    Headers("an encoding said twice", {"content-encoding": ["identity", "gzip"]}, 400, "bad-request"),
    Headers("brotli", {"content-encoding": "br"}, 415, "unsupported-encoding"),
    Headers("a part of a whole", {"content-range": "bytes 0-1/2"}, 400, "bad-request"),
    Headers("a token and a word more", {"authorization": f"Bearer {MARK} x"}, 401, "token-invalid"),
    Headers("a token with an accent", {"authorization": "Bearer \u00e8"}, 401, "token-invalid"),
    Headers("no token", {"authorization": None}, 401, "token-missing"),
    Headers("another scheme", {"authorization": f"Basic {MARK}"}, 401, "token-missing"),
    Headers("an empty token", {"authorization": "Bearer "}, 401, "token-invalid"),
    Headers("a made-up token", {"authorization": f"Bearer {MARK * 4}"}, 401, "token-invalid"),
    Headers("an unsigned JWT", {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}, 401, "token-invalid"),
    Headers("a token of 8 kB", {"authorization": "Bearer " + "A" * 8_000}, 401, "token-invalid"),
    Headers("no precondition", {"if-none-match": None}, 428, "precondition-missing"),
    Headers("a weak tag", {"if-none-match": None, "if-match": 'W/"1"'}, 400, "precondition-malformed"),
    Headers("no quotes", {"if-none-match": None, "if-match": "1"}, 400, "precondition-malformed"),
    Headers("revision 0", {"if-none-match": None, "if-match": '"0"'}, 400, "precondition-malformed"),
    Headers("a negative revision", {"if-none-match": None, "if-match": '"-1"'}, 400, "precondition-malformed"),
    Headers("a revision in letters", {"if-none-match": None, "if-match": '"uno"'}, 400, "precondition-malformed"),
    Headers(
        "a revision of 40 digits", {"if-none-match": None, "if-match": f'"{"9" * 40}"'}, 400, "precondition-malformed"
    ),
    Headers("an asterisk in If-Match", {"if-none-match": None, "if-match": "*"}, 400, "precondition-malformed"),
    Headers("an empty precondition", {"if-none-match": None, "if-match": ""}, 400, _TAG),
    Headers("an empty tag", {"if-none-match": None, "if-match": '""'}, 400, _TAG),
    Headers("a revision with a nought before it", {"if-none-match": None, "if-match": '"01"'}, 400, _TAG),
    Headers("a revision with a plus", {"if-none-match": None, "if-match": '"+1"'}, 400, _TAG),
    Headers("a revision with a blank", {"if-none-match": None, "if-match": '" 1"'}, 400, _TAG),
    Headers("a raised revision", {"if-none-match": None, "if-match": '"\u00b2"'}, 400, _TAG),
    Headers("a tag and an asterisk", {"if-none-match": None, "if-match": '"1", *'}, 400, _TAG),
    Headers("an asterisk in quotes", {"if-none-match": '"*"'}, 400, _TAG),
    Headers("two asterisks", {"if-none-match": ["*", "*"]}, 400, _TAG),
    Headers("a date alone", {"if-none-match": None, "if-unmodified-since": _DATE}, 428, "precondition-missing"),
    Headers("two tags", {"if-none-match": None, "if-match": '"1", "2"'}, 400, "precondition-malformed"),
    Headers("If-Match twice", {"if-none-match": None, "if-match": ['"1"', '"1"']}, 400, "precondition-malformed"),
    Headers("both", {"if-match": '"1"'}, 400, "precondition-malformed"),
    Headers("a tag in If-None-Match", {"if-none-match": '"1"'}, 400, "precondition-malformed"),
    Headers("a revision that never was", {"if-none-match": None, "if-match": '"7"'}, 412, "stale-revision"),
    Headers("a revision beyond 2^31", {"if-none-match": None, "if-match": '"99999999999"'}, 412, "stale-revision"),
)

_PUT = b"PUT /v1/drafts/0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77/sections/income HTTP/1.1\r\nhost: a\r\n"
_JSON = b"content-type: application/json\r\n"
_CHUNKED = b"transfer-encoding: chunked\r\n\r\n"
_CODED, _CHUNKS = b"transfer-encoding: ", b"chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
_GZIP = _CODED + b"gzip"
_CHUNK = b"1000\r\n" + b"a" * 4_096 + b"\r\n"

EDGES = (
    Request("not HTTP", (MARK.encode() + b"\r\n\r\n",), 400, "bad-request"),
    Request("TLS on a plain port", (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), 400, "bad-request"),
    Request("HTTP/2", (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",), 400, "bad-request"),
    Request("HTTP/3.7", (b"GET /livez HTTP/3.7\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("a method nobody knows", (b"FILE /v1/drafts HTTP/1.1\r\nhost: a\r\n\r\n",), 405, "method-not-allowed"),
    Request("a method in lower case", (b"get /livez HTTP/1.1\r\nhost: a\r\n\r\n",), 405, "method-not-allowed"),
    Request("CONNECT", (b"CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("a path of 70 kB", (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",), 414, "uri-too-long"),
    Request("a path of 1 MB", (b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",), 414, "uri-too-long"),
    Request(
        "a path of 9 kB",
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",),
        414,
        "uri-too-long",
        closed=False,
    ),
    Request(
        "a query of 9 kB",
        (b"GET /livez?" + b"a" * 9_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",),
        414,
        "uri-too-long",
        closed=False,
    ),
    Request("raw UTF-8 in the path", ("GET /è HTTP/1.1\r\nhost: a\r\n\r\n".encode(),), 400, "bad-request"),
    Request(
        "1 MB of headers",
        (b"GET /livez HTTP/1.1\r\nhost: a\r\n", *(b"h%d: %b\r\n" % (n, b"a" * 1_000) for n in range(1_000)), b"\r\n"),
        431,
        "headers-too-large",
    ),
    Request(
        "20 kB of cookies",
        (b"GET /livez HTTP/1.1\r\nhost: a\r\ncookie: " + b"a" * 20_000 + b"\r\n\r\n",),
        431,
        "headers-too-large",
        closed=False,
    ),
    Request("headers without end", (b"GET /livez HTTP/1.1\r\n" + b"h: a\r\n" * 20_000,), 431, "headers-too-large"),
    Request("NUL in a header", (b"GET /livez HTTP/1.1\r\nhost: a\r\nx: b\x00c\r\n\r\n",), 400, "bad-request"),
    Request("CR in a header", (b"GET /livez HTTP/1.1\r\nhost: a\r\nx: b\rc\r\n\r\n",), 400, "bad-request"),
    Request("LF alone", (b"GET /livez HTTP/1.1\nhost: a\n\n",), 400, "bad-request"),
    Request("a folded header", (b"GET /livez HTTP/1.1\r\nhost: a\r\nx: b\r\n c\r\n\r\n",), 400, "bad-request"),
    Request("a space before the colon", (b"GET /livez HTTP/1.1\r\nhost : a\r\n\r\n",), 400, "bad-request"),
    Request("HTTP/1.2", (b"GET /livez HTTP/1.2\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("tabs for blanks", (b"GET\t/livez\tHTTP/1.1\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("no address", (b"GET  HTTP/1.1\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("an address without a slash", (b"GET v1 HTTP/1.1\r\nhost: a\r\n\r\n",), 400, "bad-request"),
    Request("a host that is none", (b"GET /livez HTTP/1.1\r\nhost: a b/c@d\r\n\r\n",), 400, "bad-request"),
    Request("a host with a path", (b"GET /livez HTTP/1.1\r\nhost: a/../b\r\n\r\n",), 400, "bad-request"),
    Request("a header name that is none", (b"GET /livez HTTP/1.1\r\nhost: a\r\nx(y): 1\r\n\r\n",), 400, "bad-request"),
    Request("no header name", (b"GET /livez HTTP/1.1\r\nhost: a\r\n: 1\r\n\r\n",), 400, "bad-request"),
    Request("no host", (b"GET /livez HTTP/1.1\r\n\r\n",), 400, "bad-request"),
    Request("two hosts", (b"GET /livez HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",), 400, "bad-request"),
    Request("a header without a colon", (b"GET /livez HTTP/1.1\r\nhost\r\n\r\n",), 400, "bad-request"),
    Request(
        "length and chunks (smuggling)",
        (_PUT + _JSON + b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",),
        400,
        "bad-request",
    ),
    Request(
        "chunks and length (smuggling)",
        (_PUT + _JSON + b"transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",),
        400,
        "bad-request",
    ),
    Request("two lengths", (_PUT + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}x",), 400, "bad-request"),
    Request("one length twice", (_PUT + b"content-length: 2\r\ncontent-length: 2\r\n\r\n{}",), 400, "bad-request"),
    Request("a list of lengths", (_PUT + b"content-length: 2, 2\r\n\r\n{}",), 400, "bad-request"),
    Request("a negative length", (_PUT + b"content-length: -2\r\n\r\n{}",), 400, "bad-request"),
    Request("a length in hexadecimal", (_PUT + b"content-length: 0x2\r\n\r\n{}",), 400, "bad-request"),
    Request("a length with a sign", (_PUT + b"content-length: +2\r\n\r\n{}",), 400, "bad-request"),
    Request("a length beyond 64 bits", (_PUT + b"content-length: %d\r\n\r\n{}" % 2**65,), 400, "bad-request"),
    Request("a length of nothing", (_PUT + b"content-length:\r\n\r\n{}",), 400, "bad-request"),
    Request("a length with an underline", (_PUT + b"content-length: 1_0\r\n\r\n{}",), 400, "bad-request"),
    Request("a length in Arabic digits", (_PUT + "content-length: \u0662\r\n\r\n{}".encode(),), 400, "bad-request"),
    Request("chunks twice", (_PUT + b"transfer-encoding: chunked\r\n" * 2 + b"\r\n2\r\n{}",), 400, "bad-request"),
    Request("chunks in chunks", (_PUT + b"transfer-encoding: chunked, chunked\r\n\r\n",), 400, "bad-request"),
    Request("no encoding at all", (_PUT + b"transfer-encoding: identity\r\n\r\n{}",), 400, "bad-request"),
    Request("another blank before chunks", (_PUT + b"transfer-encoding: \x0bchunked\r\n\r\n",), 400, "bad-request"),
    Request("a chunk beyond 64 bits", (_PUT + _JSON + _CHUNKED + b"F" * 17 + b"\r\n{}",), 400, "bad-request"),
    Request("a chunk of less than nothing", (_PUT + _JSON + _CHUNKED + b"-1\r\n{}",), 400, "bad-request"),
    Request("a chunk in hexadecimal, said", (_PUT + _JSON + _CHUNKED + b"0x2\r\n{}\r\n",), 400, "bad-request"),
    Request("chunks with LF alone", (_PUT + _JSON + _CHUNKED + b"2\n{}\n0\n\n",), 400, "bad-request"),
    Request("another encoding last", (_PUT + b"transfer-encoding: chunked, gzip\r\n\r\n",), 400, "bad-request"),
    Request("encoding and chunks apart", (_PUT + b"transfer-encoding: xchunked\r\n\r\n",), 400, "bad-request"),
    Request("another encoding in chunks", (_PUT + _JSON + _GZIP + b", " + _CHUNKS,), 400, "bad-request"),
    Request("another encoding, and chunks", (_PUT + _JSON + _GZIP + b"\r\n" + _CODED + _CHUNKS,), 400, "bad-request"),
    Request("no encoding, in chunks", (_PUT + _JSON + _CODED + b"identity, " + _CHUNKS,), 400, "bad-request"),
    Request("chunks in HTTP/1.0", (_PUT.replace(b"1.1", b"1.0") + _JSON + _CODED + _CHUNKS,), 400, "bad-request"),
    Request(
        "a chunk's size that is none", (_PUT + _JSON + b"transfer-encoding: chunked\r\n\r\nZZ\r\n",), 400, "bad-request"
    ),
    Request(
        "a chunk longer than it says",
        (_PUT + _JSON + b"transfer-encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n",),
        400,
        "bad-request",
    ),
    Request(
        "more than 64 kB, announced", (_PUT + _JSON + b"content-length: 70000\r\n\r\n",), 413, "too-large", closed=False
    ),
    Request(
        "10 MB, announced and sent",
        (_PUT + _JSON + b"content-length: 10000000\r\n\r\n", *(b"a" * 100_000 for _ in range(100))),
        413,
        "too-large",
    ),
    Request(
        "a length of 200 digits", (_PUT + _JSON + b"content-length: %b\r\n\r\n" % (b"9" * 200),), 400, "bad-request"
    ),
    Request(
        "more than 64 kB in chunks",
        (_PUT + _JSON + b"transfer-encoding: chunked\r\n\r\n", *[_CHUNK] * 20),
        413,
        "too-large",
        closed=False,
    ),
    Request(
        "chunks without end",
        (_PUT + _JSON + b"transfer-encoding: chunked\r\n\r\n", *[_CHUNK] * 2_000),
        413,
        "too-large",
    ),
)

PATHS = (
    ("GET", "/nessuno", 404, "not-found"),
    ("GET", "/v1", 404, "not-found"),
    ("GET", "/v1/drafts/", 404, "not-found"),
    ("GET", "/v1/drafts/uno", 404, "not-found"),
    ("GET", "/v1/drafts/%00", 404, "not-found"),
    ("GET", "/v1/drafts/%ff", 404, "not-found"),
    ("GET", "/v1/drafts/..", 404, "not-found"),
    ("GET", "/v1/drafts/%2e%2e/submissions", 404, "not-found"),
    ("GET", "/v1/drafts/" + "9" * 5_000, 404, "not-found"),
    ("GET", "/v1/drafts/0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77", 404, "not-found"),
    ("GET", "/v1/drafts%2f{draft_id}", 404, "not-found"),
    ("GET", "/v1%2Fdrafts%2F{draft_id}", 404, "not-found"),
    ("GET", "/v1/drafts/{draft_id}%2fsections%2fincome", 404, "not-found"),
    ("GET", "//v1/drafts/{draft_id}", 404, "not-found"),
    ("GET", "/v1//drafts/{draft_id}", 404, "not-found"),
    ("GET", "/v1/x/../drafts/{draft_id}", 404, "not-found"),
    ("GET", "/v1/drafts/{draft_id};a=b", 404, "not-found"),
    ("GET", "/v1/drafts/{draft_id}%20", 404, "not-found"),
    ("GET", "/v1/drafts/{draft_id}%0d%0aX:1", 404, "not-found"),
    ("GET", "/v1/drafts/urn:uuid:{draft_id}", 404, "not-found"),
    ("GET", "/v1/drafts/%zz", 404, "not-found"),
    ("GET", "/v1/submissions/%ef%bc%92222222%ef%bc%92", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}%2fsections%2fincome", 405, "method-not-allowed"),
    ("PUT", "/v1/drafts/{draft_id}/sections/INCOME", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/income%00", 404, "not-found"),
    ("PUT", "/v1/drafts/uno/sections/income", 404, "not-found"),
    ("PUT", "/v1/drafts/0198f0c2-6d1e-7a90-8d4b-5a3f1c2e9b77/sections/income", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/spese", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/%00", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/..", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/income/", 404, "not-found"),
    ("PUT", "/v1/drafts/{draft_id}/sections/", 404, "not-found"),
    ("GET", "/v1/drafts/{draft_id}/sections/income", 404, "not-found"),
    ("GET", "/v1/submissions/uno", 404, "not-found"),
    ("GET", "/v1/submissions/%00", 404, "not-found"),
    ("GET", "/v1/submissions/22222222", 404, "not-found"),
    ("GET", "/V1/drafts/{draft_id}", 404, "not-found"),
    ("POST", "/v1/drafts/{draft_id}", 405, "method-not-allowed"),
    ("PATCH", "/v1/drafts/{draft_id}/sections/income", 405, "method-not-allowed"),
    ("DELETE", "/v1/submissions/22222222", 405, "method-not-allowed"),
    ("TRACE", "/livez", 405, "method-not-allowed"),
    ("OPTIONS", "/v1/nowhere", 404, "not-found"),
    ("PROPFIND", "/v1/drafts", 405, "method-not-allowed"),
)

#: Bodies that start a draft, and keys that come with them.
STARTS = (
    Body("no programme", "", b'{"channel": "web"}', 422, "missing-field"),
    Body(
        "an unknown programme", "", b'{"programme": "%b", "channel": "web"}' % MARK.encode(), 422, "programme-unknown"
    ),
    Body("a programme not open", "", b'{"programme": "bonus-mamme-2026", "channel": "web"}', 422, "programme-not-open"),
    Body("an unknown channel", "", b'{"programme": "x", "channel": "%b"}' % MARK.encode(), 422, "unknown-value"),
    Body(
        "a field too many", "", b'{"programme": "x", "channel": "web", "x": "%b"}' % MARK.encode(), 422, "unknown-field"
    ),
    Body(
        "a programme of 10,000 characters",
        "",
        b'{"programme": "%b", "channel": "web"}' % (b"a" * 9_999),
        422,
        "too-long",
    ),
    Body("a surrogate", "", rb'{"programme": "\ud800", "channel": "web"}', 422, "forbidden-character"),
    Body(
        "NUL in a reference",
        "",
        rb'{"programme": "bonus-mamme-2025", "channel": "web", "client_reference": "\u0000"}',
        422,
        "forbidden-character",
    ),
    Body("a list", "", b"[]", 422, "not-an-object"),
    Body("nothing", "", b"", 400, "empty-body"),
)

#: What a person can type is stored as typed (composed), right or wrong.
TYPED: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("only spaces", "applicant", {"first_name": "   "}),
    ("spaces around", "applicant", {"first_name": " Maria "}),
    ("real names", "applicant", {"first_name": "Ó", "last_name": "D'Angelo-Nuñez de la Peña y Çelebi"}),
    ("a long name", "applicant", {"last_name": "a" * 500}),
    ("markup", "applicant", {"address": "<script>alert(1)</script> {{7*7}} ' OR 1=1; DROP TABLE draft --"}),
    ("a formula", "applicant", {"first_name": '=cmd|" /C calc"!A1'}),
    ("line ends and tabs", "applicant", {"address": "Via Roma 1\r\n\tint. 2"}),
    ("an emoji", "applicant", {"first_name": "Maria 👩‍👧"}),
    ("right to left", "applicant", {"first_name": "\u202emaria"}),
    ("a wrong check letter", "applicant", {"tax_code": "RSSMRA85T10A562X"}),
    ("fifteen characters", "applicant", {"tax_code": "RSSMRA85T10A562"}),
    ("lower case", "applicant", {"tax_code": "rssmra85t50a562w"}),
    (
        "another birth date than the tax code's",
        "applicant",
        {"tax_code": "RSSMRA85T50A562W", "birth_date": "1980-01-01"},
    ),
    ("29 February 2025", "applicant", {"birth_date": "2025-02-29"}),
    ("the year 0001", "applicant", {"birth_date": "0001-01-01"}),
    ("a birth to come", "children", {"children": [{"birth_date": "2099-01-01"}]}),
    ("the same child twice", "children", {"children": [{"tax_code": "VRDSFO18E41H501Q"}] * 2}),
    ("month 13, months twice", "declarations", {"requested_months": [13, 1, 1, -1, 0]}),
    ("no month", "declarations", {"requested_months": []}),
    ("a wrong IBAN", "payment", {"method": "iban", "iban": "IT60 x054 2811"}),
    ("money as people write it", "income", {"employment": "28.000,50 €"}),
    (
        "30 February, the year 0000",
        "children",
        {"children": [{"birth_date": "2025-02-30"}, {"birth_date": "0000-00-00"}]},
    ),
    ("a date in wide digits", "applicant", {"birth_date": "１９８５-10-12"}),
    ("a date with a time and a zone", "applicant", {"birth_date": "1985-10-12T24:00:00+99:99"}),
    ("less than nothing", "income", {"employment": "-0.00", "self_employment": "-1e5"}),
    ("money without end", "income", {"employment": "9" * 500}),
    ("an IBAN of nowhere, in lower case", "payment", {"method": "iban", "iban": "zz00 x054 2811"}),
    ("a tax code in wide letters", "applicant", {"tax_code": "ＲＳＳＭＲＡ８５Ｔ５０Ａ５６２Ｗ"}),
    ("an apostrophe of another age", "applicant", {"last_name": "D\x92Angelo"}),
    ("a character that is none", "applicant", {"first_name": "\uffff"}),
    ("fifty children of whom nothing is known", "children", {"children": [{}] * 50}),
    ("minus nought as a month", "declarations", {"requested_months": [-0]}),
    ("nothing yet", "income", {}),
    ("nulls", "income", {"employment": None, "flat_rate": None}),
)
