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
    CHECK_FALSE(kind.files.empty());
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
