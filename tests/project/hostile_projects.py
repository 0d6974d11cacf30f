"""Projects made to hurt, by what is wrong with them."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SAMPLE = (Path(__file__).parent / "files" / "small_v1.cnn").read_bytes()
Members = dict[str, bytes]


def members() -> Members:
    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: Members, compression: dict[str, int] | None = None) -> bytes:
    """A zip of these members, just as given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in found.items():
            usual = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), data, (compression or {}).get(name, usual))
    return file.getvalue()


def signed(found: Members) -> bytes:
    """A zip whose manifest vouches for the members, as a clever attacker would make it."""
    manifest = json.loads(found["manifest.json"])
    manifest["members"] = {n: hashlib.sha256(d).hexdigest() for n, d in found.items() if n != "manifest.json"}
    return packed({**found, "manifest.json": json.dumps(manifest).encode()})


def with_member(name: str, data: bytes) -> bytes:
    return signed({**members(), name: data})


def without(name: str) -> bytes:
    return signed({n: d for n, d in members().items() if n != name})


def with_json(name: str, change: Callable[[Any], object]) -> bytes:
    document = json.loads(members()[name])
    change(document)
    return with_member(name, json.dumps(document).encode())


def with_manifest(change: Callable[[Any], object]) -> bytes:
    found = members()
    manifest = json.loads(found["manifest.json"])
    change(manifest)
    return packed({**found, "manifest.json": json.dumps(manifest).encode()})


def with_directory(offset: int, value: bytes) -> bytes:
    """A byte pattern written into every entry of the zip's central directory."""
    data = bytearray(SAMPLE)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + offset : at + offset + len(value)] = value
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def with_end(offset: int, value: bytes) -> bytes:
    data = bytearray(SAMPLE)
    at = len(data) - 22 + offset
    data[at : at + len(value)] = value
    return bytes(data)


def tensors(change: Callable[[dict[str, Any]], object] = lambda _: None, body: bytes | None = None) -> bytes:
    """The sample's weights with another header or other numbers."""
    data = members()["weights.safetensors"]
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    numbers = data[8 + length :] if body is None else body
    return with_member("weights.safetensors", len(text).to_bytes(8, "little") + text + numbers)


def numbers_with(value: float) -> bytes:
    data = members()["weights.safetensors"]
    body = np.frombuffer(data[8 + int.from_bytes(data[:8], "little") :], "<f4").copy()
    body[3] = value
    return body.tobytes()


def bomb() -> bytes:
    """8 GB of zeros that claim to be a small design."""
    found = members()
    data = bytearray(packed({**found, "design.json": b" " * 50_000_000}))
    return bytes(data).replace(struct.pack("<L", 50_000_000), struct.pack("<L", 3_000))


def many(count: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(str(number), b"")
    return file.getvalue()


def run_of(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["runs"][0]
    return found


def weights_about(header: dict[str, Any], **changes: object) -> None:
    header["__metadata__"].update(changes)


FILES: dict[str, Callable[[], bytes]] = {
    # no zip at all
    "empty": lambda: b"",
    "one byte": lambda: b"P",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "a pickle": lambda: b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
    "text": lambda: b"hello " * 1000,
    "a script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "gzip": lambda: zlib.compress(SAMPLE),
    "only the end of a zip": lambda: b"PK\x05\x06" + b"\0" * 18,
    "only the start of a zip": lambda: SAMPLE[:200],
    # the zip's frame
    "cut in the middle": lambda: SAMPLE[: len(SAMPLE) // 2],
    "cut by one byte": lambda: SAMPLE[:-1],
    "a name in a header that goes on and on": lambda: SAMPLE[:26] + b"\xff\x0f" + SAMPLE[28:],
    "something before": lambda: b"#!/bin/sh\n" + SAMPLE,
    "something behind": lambda: SAMPLE + b"more",
    "twice": lambda: SAMPLE + SAMPLE,
    "a comment": lambda: SAMPLE[:-2] + b"\x04\x00more",
    "directory elsewhere": lambda: with_end(16, struct.pack("<L", 5)),
    "directory longer": lambda: with_end(12, struct.pack("<L", 2**32 - 1)),
    "more entries than there are": lambda: with_end(8, struct.pack("<2H", 60_000, 60_000)),
    "fewer entries than there are": lambda: with_end(8, struct.pack("<2H", 2, 2)),
    "several disks": lambda: with_end(4, struct.pack("<2H", 3, 3)),
    "two thousand members": lambda: many(2_000),
    "sixty thousand members": lambda: many(60_000),
    "encrypted": lambda: with_directory(8, struct.pack("<H", 1)),
    "strong encryption": lambda: with_directory(8, struct.pack("<H", 0x41)),
    "an unknown compression": lambda: with_directory(10, struct.pack("<H", 99)),
    "claims to be stored": lambda: with_directory(10, struct.pack("<H", 0)),
    "claims to be bzip2": lambda: with_directory(10, struct.pack("<H", 12)),
    "claims four gigabytes": lambda: with_directory(20, struct.pack("<2L", 2**32 - 2, 2**32 - 2)),
    "claims to be empty": lambda: with_directory(20, struct.pack("<2L", 0, 0)),
    "another crc": lambda: with_directory(16, b"\0\0\0\0"),
    "members at one place": lambda: with_directory(42, struct.pack("<L", 0)),
    "members beyond the end": lambda: with_directory(42, struct.pack("<L", 2**31)),
    "a bomb": bomb,
    "a deflated weights bomb": lambda: packed(
        {**members(), "weights.safetensors": b"\0" * 60_000_000}, {"weights.safetensors": zipfile.ZIP_DEFLATED}
    ),
    "an lzma member": lambda: packed(members(), {"design.json": zipfile.ZIP_LZMA}),
    # members
    "no manifest": lambda: packed({n: d for n, d in members().items() if n != "manifest.json"}),
    "no members": lambda: packed({}),
    "another zip": lambda: packed({"word/document.xml": b"<xml/>"}),
    "a member too many": lambda: with_member("extra.json", b"{}"),
    "a path out of the folder": lambda: with_member("../../etc/passwd", b"root"),
    "an absolute path": lambda: with_member("/etc/passwd", b"root"),
    "a folder": lambda: with_member("folder/", b""),
    "a name in capitals": lambda: signed(
        {("Design.json" if n == "design.json" else n): d for n, d in members().items()}
    ),
    "one name twice": lambda: packed({**members(), "design.jsoX": b"{}"}).replace(b"design.jsoX", b"design.json"),
    "no design": lambda: without("design.json"),
    "no weights": lambda: without("weights.safetensors"),
    "no optimizer": lambda: without("optimizer.safetensors"),
    "an optimizer without a run": lambda: without("history.json"),
    "a picture that is none": lambda: with_member("thumbnail.png", b"<svg/>"),
    "a picture of 2 MB": lambda: with_member("thumbnail.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 2_000_000),
    # the manifest
    "manifest is a list": lambda: packed({**members(), "manifest.json": b"[]"}),
    "manifest is nested": lambda: packed({**members(), "manifest.json": b"[" * 60_000}),
    "manifest is large": lambda: packed({**members(), "manifest.json": b" " * 70_000 + b"{}"}),
    "another format": lambda: with_manifest(lambda m: m.update(format="zip of somebody")),
    "version 3": lambda: with_manifest(lambda m: m.update(format_version=3)),
    "version 0": lambda: with_manifest(lambda m: m.update(format_version=0)),
    "version true": lambda: with_manifest(lambda m: m.update(format_version=True)),
    "for later readers": lambda: with_manifest(lambda m: m.update(min_reader_version=3)),
    "a wrong checksum": lambda: with_manifest(lambda m: m["members"].update({"design.json": "0" * 64})),
    "a checksum of a list": lambda: with_manifest(lambda m: m["members"].update({"design.json": ["0"]})),
    "a checksum missing": lambda: with_manifest(lambda m: m["members"].pop("design.json")),
    "a checksum too many": lambda: with_manifest(lambda m: m["members"].update({"history.txt": "0" * 64})),
    # the design
    "design is not JSON": lambda: with_member("design.json", b"\x00\xff"),
    "design of brackets": lambda: with_member("design.json", b"[" * 8_000_000),
    "design of empty lists": lambda: with_member("design.json", b"[" + b"[]," * 2_700_000 + b"[]]"),
    "design of 9 MB": lambda: with_member("design.json", b" " * 9_000_000),
    "a dense layer for 17 TB": lambda: with_json(
        "design.json",
        lambda d: (
            [node["settings"].update(height=1024, width=1024) for node in d["nodes"][:1]]
            and [node["settings"].update(units=65_536) for node in d["nodes"] if node["kind"] == "dense"]
        ),
    ),
    "filters that the weights lack": lambda: with_json(
        "design.json", lambda d: d["nodes"][1]["settings"].update(filters=3)
    ),
    "a circle": lambda: with_json("design.json", lambda d: d["nodes"][1].update(inputs=[d["nodes"][2]["id"]])),
    # the weights
    "weights are empty": lambda: with_member("weights.safetensors", b""),
    "weights of a huge header": lambda: with_member("weights.safetensors", b"\xff" * 8 + b"{}"),
    "weights of a header of 2 MB": lambda: with_member(
        "weights.safetensors", (2_000_000).to_bytes(8, "little") + b" " * 2_000_000
    ),
    "weights of a list": lambda: with_member("weights.safetensors", (2).to_bytes(8, "little") + b"[]"),
    "one array missing": lambda: tensors(lambda h: h.pop("dense_1.bias")),
    "one array too many": lambda: tensors(lambda h: h.update({"x.y": h["dense_1.bias"]})),
    "a shape turned": lambda: tensors(lambda h: h["dense_1.weights"]["shape"].reverse()),
    "a shape of terabytes": lambda: tensors(lambda h: h["dense_1.bias"].update(shape=[2**40])),
    "a negative shape": lambda: tensors(lambda h: h["dense_1.bias"].update(shape=[-3])),
    "half precision": lambda: tensors(lambda h: h["dense_1.bias"].update(dtype="F16")),
    "an object type": lambda: tensors(lambda h: h["dense_1.bias"].update(dtype="O")),
    "offsets that overlap": lambda: tensors(lambda h: h["dense_1.bias"].update(data_offsets=[0, 12])),
    "offsets far away": lambda: tensors(lambda h: h["dense_1.bias"].update(data_offsets=[2**40, 2**40 + 12])),
    "offsets of one number": lambda: tensors(lambda h: h["dense_1.bias"].update(data_offsets=[0])),
    "numbers missing": lambda: tensors(body=numbers_with(1)[:-4]),
    "numbers too many": lambda: tensors(body=numbers_with(1) + b"\0" * 4),
    "not a number": lambda: tensors(body=numbers_with(float("nan"))),
    "infinite": lambda: tensors(body=numbers_with(float("inf"))),
    "a step in words": lambda: tensors(lambda h: weights_about(h, step="ten")),
    "a step without end": lambda: tensors(lambda h: weights_about(h, step="9" * 5_000)),
    "a step as a number": lambda: tensors(lambda h: weights_about(h, step=10)),
    # the history
    "no runs": lambda: with_json("history.json", lambda h: h.update(runs=[])),
    "two runs": lambda: with_json("history.json", lambda h: h["runs"].append(run_of(h))),
    "a million threads": lambda: with_json("history.json", lambda h: run_of(h)["plan"].update(threads=10**6)),
    "a plan for no layer": lambda: with_json(
        "history.json", lambda h: run_of(h)["plan"]["algorithms"].update(nobody="reference")
    ),
    "steps of terabytes": lambda: with_json(
        "history.json", lambda h: run_of(h)["steps"].update(count=10**12, every=10**12)
    ),
    "steps of gigabytes": lambda: with_json("history.json", lambda h: run_of(h)["steps"].update(count=2**24)),
    "losses too few": lambda: with_json("history.json", lambda h: run_of(h)["steps"]["losses"].pop()),
    "a loss in words": lambda: with_json("history.json", lambda h: run_of(h)["steps"]["losses"].__setitem__(0, "1")),
    "a loss beyond float32": lambda: with_json(
        "history.json", lambda h: run_of(h)["steps"]["losses"].__setitem__(0, 1e300)
    ),
    "a loss beyond float64": lambda: with_json(
        "history.json", lambda h: run_of(h)["steps"]["losses"].__setitem__(0, 10**4000)
    ),
    "an epoch of words": lambda: with_json("history.json", lambda h: run_of(h)["epochs"][0].update(epoch="one")),
    "a run in a circle": lambda: with_json("history.json", lambda h: run_of(h).update(design=None)),
    "another optimizer than its arrays": lambda: with_json(
        "history.json", lambda h: run_of(h)["design"]["recipe"].update(optimizer={"kind": "sgd"})
    ),
}
