#!/usr/bin/env bash
# Makes small databases of rpm in its three forms, of packages that rpmbuild makes, and what rpm itself lists of them.
# rpm writes the one in SQLite; the others have the same headers: Berkeley DB's own tool writes its form, which rpm reads
# back, and a few lines here write ndb's, which Debian's rpm is built without.
#
#   testdata/rpm/make.sh DIRECTORY
#
# DIRECTORY/{sqlite,ndb,bdb,bdb_big_endian}/ are directories for --dbpath; DIRECTORY/expected is a line for each package:
# NAME|EPOCH:VERSION-RELEASE|ARCH|SOURCERPM|VENDOR|LICENSE|URL|MODULARITYLABEL|, as rpm -qa prints them, sorted;
# DIRECTORY/files a line for each file: NAME PATH. Needs rpm, db5.3-util, python3 (Debian).
set -euo pipefail
out=$(realpath -m "$1")
mkdir -p "$out/top" "$out/sqlite" "$out/ndb" "$out/bdb" "$out/bdb_big_endian"
export HOME="$out/top" SOURCE_DATE_EPOCH=1700000000

cat >"$out/top/all.spec" <<'SPEC'
%define _build_id_links none
Name: alpha
Version: 1.0
Release: 1
Summary: The first
License: GPLv2+ and MIT
Vendor: Example Project
URL: https://example.org/alpha
Provides: virtual(alpha) = 1:2.5-1
Requires: /usr/bin/beta
%description
x
%package -n beta
Summary: The second
Epoch: 2
Version: 3.4~rc1
Release: 5.el9
License: BSD-3-Clause
Requires: virtual(alpha) >= 1:2
Requires: (gamma or nothing)
Requires: (absent if nothing)
%description -n beta
x
%package -n gamma
Summary: The third
BuildArch: noarch
Version: 0.1
Release: 1^git2.el9
License: Public Domain and (ASL 2.0 or LGPLv2+)
%description -n gamma
x
%package -n wide
Summary: One with many files
BuildArch: noarch
License: MIT
%description -n wide
x
%build
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/gamma %{buildroot}/usr/share/wide
echo a >%{buildroot}/usr/bin/alpha
echo b >%{buildroot}/usr/bin/beta
echo g >"%{buildroot}/usr/share/gamma/with space"
for i in $(seq 1000); do echo >%{buildroot}/usr/share/wide/a-file-with-a-rather-long-name-$i; done
%files
/usr/bin/alpha
%files -n beta
/usr/bin/beta
%files -n gamma
/usr/share/gamma
%ghost /var/log/gamma
%files -n wide
/usr/share/wide
SPEC
cat >"$out/top/module.spec" <<'SPEC'
Name: delta
Version: 18.20.4
Release: 1.module_el9+1
Summary: One of a module
License: MIT
ModularityLabel: delta:18:9050020241120:rhel9
Packager: Jo Doe <jo@example.org>
%description
x
%files
SPEC
build() { # TARGET SPEC
  rpmbuild -bb --quiet --define "_topdir $out/top" --define 'use_source_date_epoch_as_buildtime 1' --target "$1" "$2" \
    >>"$out/top/log" 2>&1 || { cat "$out/top/log" >&2; exit 1; }
}
build x86_64 "$out/top/all.spec"
build i686 "$out/top/all.spec"
build x86_64 "$out/top/module.spec"

query() { # BACKEND DIRECTORY WORDS...
  rpm --define "_db_backend $1" --dbpath "$2" "${@:3}" 2>>"$out/top/log"
}
mapfile -t packages < <(find "$out/top/RPMS" -name '*.rpm' | sort)
query sqlite "$out/sqlite" -i --force-debian --justdb --nodeps --ignorearch --ignoreos --nosignature --force "${packages[@]}"
python3 - "$out" <<'PYTHON'
import sqlite3, struct, subprocess, sys, zlib
out = sys.argv[1]
rows = sqlite3.connect(f"{out}/sqlite/rpmdb.sqlite").execute("SELECT hnum, blob FROM Packages").fetchall()
for name, order, sign in (("bdb", 1234, "<"), ("bdb_big_endian", 4321, ">")):
    text = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\ndb_lorder={order}\nHEADER=END\n"
    for key, value in [(0, struct.pack(sign + "I", len(rows)))] + rows:
        text += f" {struct.pack(sign + 'I', key).hex()}\n {value.hex()}\n"
    subprocess.run(["db5.3_load", f"{out}/{name}/Packages"], input=text + "DATA=END\n", text=True, check=True)
slots, blobs = b"", b""
for key, value in rows:  # lib/backend/ndb/rpmpkg.c
    whole = struct.pack("<4sIII", b"BlbS", key, 1, len(value)) + value
    whole += bytes(-(len(whole) + 12) % 16)
    whole += struct.pack("<II4s", zlib.adler32(whole), len(value), b"BlbE")
    slots += struct.pack("<4sIII", b"Slot", key, 4096 // 16 + len(blobs) // 16, len(whole) // 16)
    blobs += whole
head = struct.pack("<4sIIII12x", b"RpmP", 0, 1, 1, len(rows) + 1) + slots
head += struct.pack("<4s12x", b"Slot") * ((4096 - len(head)) // 16)
open(f"{out}/ndb/Packages.db", "wb").write(head + blobs)
PYTHON
fields='%{NAME}|%{EVR}|%{ARCH}|%{SOURCERPM}|%{VENDOR}|%{LICENSE}|%{URL}|%{MODULARITYLABEL}|\n'
query sqlite "$out/sqlite" -qa --qf "$fields" | LC_ALL=C sort >"$out/expected"
query bdb_ro "$out/bdb" -qa --qf "$fields" | LC_ALL=C sort | cmp - "$out/expected"
query bdb_ro "$out/bdb_big_endian" -qa --qf "$fields" | LC_ALL=C sort | cmp - "$out/expected"
query sqlite "$out/sqlite" -qa --qf '[%{=NAME} %{FILENAMES}\n]' | LC_ALL=C sort >"$out/files"
