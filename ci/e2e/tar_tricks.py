"""Tars of which two readers may make two things: ways to bring a member beside another of its name, or in its place.

`tricks(files, main, one, two)` yields (name, bytes): an archive of `files` whose member `main` is `one`, with `two` hidden in
some way. What readers take of it is theirs; Supply may take what they take, or refuse.
"""
import json
import os

from harness import OCI, Layout, digest_of, tar, to_json
from image_writer import _header, _padded, _pax_record

END = bytes(1024)
GNU, V7 = b"ustar  \0", b"\0" * 8


def member(name, data=b"", kind=b"0", mode=0o644, link=b"", size=None, **fields):
    """A header and its content. `fields`: at the offset in the header after the underscore, as _345=b"prefix"."""
    name = name.encode() if isinstance(name, str) else name
    head = bytearray(_header(name[:100], kind, len(data) if size is None else size, mode, target=link))
    for at, value in fields.items():
        head[int(at[1:]):int(at[1:]) + len(value)] = value
    return checked(head) + _padded(data)


def checked(head):
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def pax(*records, kind=b"x", name=b"PaxHeaders/entry"):
    data = b"".join(_pax_record(key, value) for key, value in records)
    return _header(name, kind, len(data)) + _padded(data)


def long_name(name, kind=b"L"):
    return _header(b"././@LongLink", kind, len(name), gnu=True) + _padded(name)


def swallowed(after):
    """A sparse file whose map ends and goes on: of what follows, one reader takes a header, another the rest of the map.

    The first sees a pax header with a comment, the second takes the comment for a header that has `after` bytes of content."""
    inner = bytearray(_header(b"512 comment=", b"0", after))
    inner[511] = ord("\n")
    return member("sparse", kind=b"S", _257=GNU, _482=b"\1", _483=b"00000000000\0") + checked(bytearray(_header(b"", b"x", 512))) + checked(inner)


def tricks(files, main, one, two):
    name, files = main.encode(), b"".join(member(each, data) for each, data in files.items())
    first, second = member(main, one), member(main, two)
    hidden = member("other", two)
    size = b"%d" % len(one)

    def whole(trick, *parts):
        return trick, files + b"".join(parts) + END

    yield whole("nothing odd", first)
    for kind, bits in (("symlink", 0o120000), ("directory", 0o40000), ("fifo", 0o10000), ("device", 0o20000), ("socket", 0o140000), ("odd", 0o1120000)):
        yield whole(f"mode of a {kind}", hidden, member(main, one, mode=bits | 0o644, link=b"other"))
        yield whole(f"hard link, mode of a {kind}", hidden, member("third", one), member(main, b"", b"1", mode=bits | 0o644, link=b"third"))
    # GNU keeps times where ustar has a prefix; Go takes them for a prefix where they are no numbers.
    invisible = {"_257": GNU, "_345": b"00000000001 ", "_357": b"\0garbage\0\0\0\0"}
    elsewhere = {"_257": GNU, "_345": b"12 \0 3      "}
    yield whole("times that hide", first, member(main, two, **invisible))
    yield whole("times that hide, before", member(main, two, **invisible), first)
    yield whole("times that rename", member(main, one, **elsewhere))
    yield whole("times that hide and rename", member(main, two, **invisible), member(main, one, **elsewhere))
    yield whole("map that goes on", swallowed(len(first)), first, second)
    yield whole("map that goes on, before", second, swallowed(len(first)), first)
    yield whole("pax size", pax((b"size", size)), member(main, one, size=0))
    yield whole("pax size twice", pax((b"size", b"0"), (b"size", size)), member(main, one, size=0))
    for kind in (b"0", b"1", b"2", b"3", b"5", b"6", b"Z"):
        yield whole(f"type {kind}, with a size", member("x", kind=kind, link=b"other", size=len(second)), second, first)
        yield whole(f"type {kind}, with a pax size", pax((b"size", b"%d" % len(second))), member("x", kind=kind, link=b"other"), second, first)
    yield whole("two paths in a pax header", pax((b"path", b"z"), (b"path", name)), member("y", two), first)
    yield whole("two pax headers", pax((b"path", name)), pax((b"mtime", b"1")), member("y", two), first)
    yield whole("pax path and a long name", pax((b"path", b"y")), long_name(name + b"\0"), member("z", two), first)
    yield whole("a long name and pax path", long_name(b"y\0"), pax((b"path", name)), member("z", two), first)
    yield whole("two long names", long_name(b"y\0"), long_name(name + b"\0"), member("z", two), first)
    yield whole("an empty long name", long_name(b"\0"), second, first)
    yield whole("a long name with a NUL inside", long_name(name + b"\0y\0"), member("z", one))
    yield whole("a long name without a NUL", long_name(name), member("z", one))
    yield whole("an empty pax path", pax((b"path", b"")), first)
    yield whole("a pax path with a NUL", pax((b"path", name + b"\0")), member("z", two), first)
    yield whole("a pax key in capitals", pax((b"PATH", name)), member("z", two), first)
    yield whole("pax of Solaris", pax((b"path", name), kind=b"X"), member("z", two), first)
    yield whole("hdrcharset", pax((b"hdrcharset", b"BINARY"), (b"path", name)), member("z", one))
    yield whole("a global header between", pax((b"path", name)), pax((b"comment", b"c"), kind=b"g"), member("z", two), first)
    yield whole("a global path", pax((b"path", name), kind=b"g"), member("z", two), first)
    yield whole("a global size", pax((b"size", b"%d" % len(second)), kind=b"g"), member("z"), second, first)
    yield whole("a global header of the name", first, pax((b"comment", b"c"), kind=b"g", name=name))
    yield whole("a global header of the name, before", pax((b"comment", b"c"), kind=b"g", name=name), first)
    yield whole("a global header of a whiteout", first, pax((b"comment", b"c"), kind=b"g", name=b".wh." + name))
    yield whole("a prefix", member(main, two, _345=b"p"), first)
    yield whole("a prefix of a dot", member(main, two, _345=b"."), first)
    yield whole("a prefix in v7", member(main, one, _257=V7, _345=b"p"))
    yield whole("a prefix in GNU's format", member(main, one, _257=GNU, _345=b"p"))
    yield whole("a prefix of star", member(main, two, _345=b"p", _508=b"tar\0"), first)
    yield whole("a prefix behind star's", member(main, one, _476=b"p", _508=b"tar\0"))
    yield whole("a version of ustar that is none", member(main, one, _263=b"9x", _345=b"p"))
    yield whole("two archives", first, END, files, second)
    yield whole("a lone zero block", first, bytes(512), second)
    yield whole("members behind the end", first, END, second)
    yield whole("junk behind the end", first, END, b"junk" * 200)
    yield "no end", files + first
    for other in ("/{}", "./{}", "//{}", "x/../{}", "{}/", "{}/.", ".//{}", "{}\\", "\\{}", "{} ", "{}."):
        yield whole(f"{other} behind", first, member(other.format(main), two))
        yield whole(f"{other} before", member(other.format(main), two), first)
    yield whole("in capitals", first, member(main.upper(), two))
    yield whole("twice", second, first)
    yield whole("an empty name", member("", two), first)
    yield whole("a hard link", hidden, member(main, kind=b"1", link=b"other"))
    yield whole("a hard link, its target replaced", member("other", one), member(main, kind=b"1", link=b"other"), hidden)
    yield whole("a hard link, written through", member("other", one), member(main, kind=b"1", link=b"other"), second)
    yield whole("a symbolic link", hidden, member(main, kind=b"2", link=b"other"))
    yield whole("a symbolic link, absolute", hidden, member(main, kind=b"2", link=b"/other"))
    yield whole("a symbolic link, replaced", member(main, kind=b"2", link=b"other"), first, hidden)
    for kind in (b"\0", b"7", b"9", b"A", b"D", b"E", b"I", b"M", b"N", b"V", b"X", b"Z", b" "):
        yield whole(f"type {kind} alone", member(main, one, kind))
        yield whole(f"type {kind} behind", first, member(main, two, kind))
        yield whole(f"type {kind} before", member(main, two, kind), first)
    version = lambda text: [(b"GNU.sparse." + key, value) for key, value in zip((b"major", b"minor"), text.split(b"."))]
    sparse = lambda *more: pax(*more, (b"GNU.sparse.name", name), (b"GNU.sparse.size", b"%d" % len(two)), (b"GNU.sparse.numblocks", b"1"))
    there = (b"GNU.sparse.map", b"0,%d" % len(two))
    yield whole("sparse 0.0", pax((b"GNU.sparse.size", b"%d" % len(two)), (b"GNU.sparse.numblocks", b"1"), (b"GNU.sparse.offset", b"0"),
                                  (b"GNU.sparse.numbytes", b"%d" % len(two))), second, first)
    yield whole("sparse 0.1", sparse(there), member("z", two), first)
    yield whole("sparse 1.0", sparse(*version(b"1.0")), member("z", (b"1\n0\n%d\n" % len(two)).ljust(512, b"\0") + two), first)
    yield whole("sparse 2.0", sparse(*version(b"2.0"), there), member("z", two), first)
    yield whole("sparse, old and 1.0", sparse(*version(b"1.0")), member("z", b"1\n0\n%d\n" % len(two), b"S", _257=GNU), first)
    yield whole("sparse, old and 0.1", sparse((b"GNU.sparse.map", b"0,%d" % len(one))), member("z", kind=b"S", _257=GNU), first)
    yield whole("a sparse name alone", pax((b"GNU.sparse.name", name)), member("z", two), first)
    yield whole("a directory before", member(main + "/", kind=b"5"), first)
    yield whole("a directory behind", first, member(main + "/", kind=b"5"))
    yield whole("something below", first, member(main + "/x", two))
    yield whole("a size in base 256", member(main, one, _124=b"\x80" + len(one).to_bytes(11, "big")))
    yield whole("a size with blanks", member(main, one, _124=(b" %o " % len(one)).ljust(12)))
    yield whole("a size with NULs before", member(main, one, _124=(b"\0\0%o" % len(one)).ljust(12, b"\0")))
    yield whole("a size cut by a NUL", member(main, one, _124=(b"%o\0" % len(one)).ljust(11, b"\0") + b"7"))
    yield whole("a size cut by a blank and a NUL", member(main, one, _124=(b"%o \0" % len(one)).ljust(11, b"\0") + b"7"))
    yield whole("a negative time", member(main, one, _136=b"\xff" * 12))
    yield whole("a time that is none", member(main, one, _136=b"notanumber!\0"))
    yield whole("a whiteout", first, member(".wh." + main))
    yield whole("an opaque marker", first, member(".wh..wh..opq"))


# ------------------------------------------------------------------------------------------ images for the three places

def oci_archive(pool, directory):
    """(files, main, one, two): a tar of a layout with a good and an evil image, and each one's index.json."""
    layout, lists = Layout(directory), {}
    for kind in ("good", "evil"):
        layout.entries = []
        layout.tag(pool.image(layout, kind, None, True), "t")
        lists[kind] = to_json({"schemaVersion": 2, "mediaType": OCI["index"], "manifests": layout.entries})
    files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', **_blobs(layout)}
    return files, "index.json", lists["good"], lists["evil"]


def _blobs(layout):
    directory = os.path.join(layout.path, "blobs", "sha256")
    files = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as data:
            files["blobs/sha256/" + name] = data.read()
    return files


def docker_archive(pool, main="list"):
    """The same of docker save's old form. `main`: the list, or the good image's config or layer."""
    files, lists, parts = {}, {}, {}
    for kind in ("good", "evil"):
        layer = tar(pool.files(kind))
        config = to_json({"os": "linux", "architecture": "amd64", "author": pool.mark(kind), "config": {},
                          "rootfs": {"type": "layers", "diff_ids": [digest_of(layer)]}})
        parts[kind] = {"config": (kind + ".json", config), "layer": (kind + ".tar", layer)}
        files.update(parts[kind].values())
        lists[kind] = json.dumps([{"Config": kind + ".json", "RepoTags": ["a:1"], "Layers": [kind + ".tar"]}]).encode()
    if main == "list":
        return files, "manifest.json", lists["good"], lists["evil"]
    files["manifest.json"] = lists["good"]
    name, one = parts["good"][main]
    del files[name]
    return files, name, one, parts["evil"][main][1]


def swapped(of):
    files, main, one, two = of
    return files, main, two, one
