#include "libsupply/content/pins/pins.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/content/pins/scan.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::pins;
namespace fs = std::filesystem;

namespace {

const std::string kA(64, 'a');
const std::string kPinned = "FROM d@sha256:" + kA + "\n";
const std::string kLocked = "a==1 --hash=sha256:" + kA + "\n";

Report checked(const std::vector<io::Path>& paths) {
  Budget budget;
  auto report = check(paths, budget);
  if (!report) FAIL(report.error().message());
  return *report;
}
ErrorCode refused(const std::vector<io::Path>& paths) {
  Budget budget;
  const auto report = check(paths, budget);
  REQUIRE_FALSE(report);
  return report.error().code();
}
std::vector<std::string> names(const Report& report, const testing::TempDirectory& directory) {
  std::vector<std::string> out;
  for (const std::string& file : report.files)
    out.push_back(fs::path(file).lexically_relative(directory.path()).string());
  return out;
}

}  // namespace

TEST_CASE("a tree in which everything is pinned has no findings") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", kPinned);
  testing::write(directory / "sub/app.Dockerfile", kPinned);
  testing::write(directory / "requirements.txt", kLocked + "-r requirements/base.txt\n");
  testing::write(directory / "requirements/base.txt", kLocked);
  testing::write(directory / "readme.txt", "FROM nothing");
  const Report report = checked({directory.path()});
  CHECK(names(report, directory) ==
        std::vector<std::string>{"Dockerfile", "requirements.txt", "requirements/base.txt", "sub/app.Dockerfile"});
  CHECK(report.pins.size() == 4);
  CHECK(report.findings.empty());
}

TEST_CASE("each pin that does not hold is a finding with file, line and remedy") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", "\nFROM debian:12\nADD https://example.org/x /x\n");
  testing::write(directory / "requirements.txt", kLocked + "b>=1\nc==1 --hash=md5:" + std::string(32, 'a') + "\n");
  const Report report = checked({directory.path()});
  REQUIRE(report.findings.size() == 4);
  CHECK(report.findings[0].rule == "pins/unpinned");
  CHECK(report.findings[0].subject == "debian:12");
  CHECK(report.findings[0].place.line == 2);
  CHECK(report.findings[0].expected == "a digest");
  CHECK(report.findings[0].found == "FROM: the tag \"12\" can be moved");
  CHECK(report.findings[0].remedy == "append the digest: debian:12@sha256:<digest>");
  CHECK(report.findings[1].expected == "a checksum");
  CHECK(report.findings[2].rule == "pins/unhashed");
  CHECK(report.findings[2].place.line == 2);
  CHECK(report.findings[3].rule == "pins/weak");
  for (const Finding& finding : supply::testing::some(report.findings)) CHECK(finding.severity == Severity::error);
}

TEST_CASE("pinned by default only is a warning, unknown is an error") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", "ARG B=d@sha256:" + kA + "\nFROM $B\nFRM x\n");
  const Report report = checked({directory.path()});
  REQUIRE(report.findings.size() == 2);
  CHECK(report.findings[0].rule == "pins/pinned-by-default-only");
  CHECK(report.findings[0].severity == Severity::warning);
  CHECK(report.findings[1].rule == "pins/unknown");
  CHECK(report.findings[1].severity == Severity::error);
}

TEST_CASE("other people's directories and links are left out, and said") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", kPinned);
  testing::write(directory / "node_modules/x/Dockerfile", "FROM x");
  testing::write(directory / ".git/Dockerfile", "FROM x");
  testing::write(directory / "vendor/Dockerfile", "FROM x");
  testing::write(directory / "env/pyvenv.cfg", "");
  testing::write(directory / "env/requirements.txt", "x");
  const Report report = checked({directory.path()});
  CHECK(names(report, directory) == std::vector<std::string>{"Dockerfile"});
  CHECK(report.skipped.size() == 4);
  CHECK(report.findings.empty());
  // What is named is read.
  CHECK(checked({directory / "vendor"}).findings.size() == 1);
}

TEST_CASE("a link is read where it leads when that is in the directory, else it is no yes") {
  testing::TempDirectory directory;
  testing::write(directory / "tree/common.txt", "FROM debian:12\n");
  testing::write(directory / "out.txt", kPinned);
  testing::write(directory / "tree/Dockerfile", kPinned);
  fs::create_directories(directory / "tree/app");
  const auto linked = [&](const std::string& to) {
    fs::remove(directory / "tree/app/Dockerfile");
    fs::create_symlink(to, directory / "tree/app/Dockerfile");
    return checked({directory / "tree"});
  };
  const Report inside = linked("../common.txt");
  CHECK(names(inside, directory) == std::vector<std::string>{"tree/Dockerfile", "tree/app/Dockerfile"});
  REQUIRE(inside.findings.size() == 1);
  CHECK(inside.findings[0].rule == "pins/unpinned");
  CHECK(linked((directory / "tree/Dockerfile").string()).findings.empty());
  for (const char* to : {"../../out.txt", "nowhere", "Dockerfile"}) {
    const Report report = linked(to);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].rule == "pins/unknown");
    CHECK(report.findings[0].severity == Severity::error);
  }
  // A link that is named is followed wherever it leads.
  linked("../../out.txt");
  CHECK(checked({directory / "tree/app/Dockerfile"}).findings.empty());
  // To something that is no file: nobody knows what it would hold.
  REQUIRE(linked("/dev/zero").unread.size() == 1);
  CHECK(linked("/dev/zero").unread[0].error.code() == ErrorCode::unsupported);
}

TEST_CASE("links to directories are not entered, and one that leads out to pin files is unread") {
  testing::TempDirectory directory;
  testing::write(directory / "tree/Dockerfile", kPinned);
  testing::write(directory / "plain/notes", "");
  testing::write(directory / "other/deep/Dockerfile", "FROM debian:12");
  testing::write(directory / "other/node_modules/Dockerfile", "FROM debian:12");
  fs::create_directory_symlink("..", directory / "tree/loop");
  fs::create_directory_symlink(".", directory / "tree/self");
  fs::create_directory_symlink("../plain", directory / "tree/bazel-out");
  fs::create_directory_symlink("../other/node_modules", directory / "tree/node_modules");
  fs::remove(directory / "tree/loop");
  Report report = checked({directory / "tree"});
  CHECK(report.unread.empty());
  CHECK(report.skipped.size() == 1);
  fs::create_directory_symlink("../other", directory / "tree/away");
  fs::create_directory_symlink("..", directory / "tree/loop");
  report = checked({directory / "tree"});
  CHECK(report.files.size() == 1);
  REQUIRE(report.unread.size() == 2);
  for (const Unread& unread : report.unread) CHECK(unread.error.code() == ErrorCode::unsupported);
}

TEST_CASE("what a link out of the tree leads to is looked through up to a limit") {
  testing::TempDirectory directory;
  testing::write(directory / "tree/Dockerfile", kPinned);
  for (std::size_t i = 0; i < kMaxProbedEntries; ++i) testing::write(directory / "large" / std::to_string(i), "");
  fs::create_directory_symlink("../large", directory / "tree/away");
  CHECK(checked({directory / "tree"}).unread.empty());
  testing::write(directory / "large/more", "");
  CHECK(checked({directory / "tree"}).unread.size() == 1);
}

TEST_CASE("what stands under a pin file's name and is no file is unread") {
  testing::TempDirectory directory;
  testing::write(directory / "a/Dockerfile", kPinned);
  fs::create_directories(directory / "b");
  REQUIRE(::mkfifo((directory / "b/Dockerfile").c_str(), 0600) == 0);
  const Report report = checked({directory.path()});
  CHECK(report.findings.empty());
  REQUIRE(report.unread.size() == 1);
  CHECK(report.unread[0].error.code() == ErrorCode::unsupported);
  CHECK(refused({directory / "b/Dockerfile"}) == ErrorCode::unsupported);
}

TEST_CASE("a source or a document is a Dockerfile only when BuildKit would build it") {
  testing::TempDirectory directory;
  testing::write(directory / "dockerfile.go", "package dockerfile\n\nfunc Parse() {}\n");
  testing::write(directory / "dockerfile.py", "import os\n");
  testing::write(directory / "Dockerfile.md", "# How we write Dockerfiles\n\nFROM is the first word.\n");
  testing::write(directory / "Dockerfile-lint.yml", "rules: []\n");
  const Report sources = checked({directory.path()});
  CHECK(sources.files.empty());
  CHECK(sources.others.size() == 4);
  CHECK(sources.findings.empty());
  testing::write(directory / "Dockerfile.sh", "FROM debian:12\nRUN true\n");
  testing::write(directory / "Containerfile.txt", "# syntax=example.org/own:1\nWHATEVER\n");
  for (const char* name : {"Dockerfile.dev", "Dockerfile.arm64", "Dockerfile.in", "app.dockerfile", "Containerfile.x"})
    testing::write(directory / "other" / name, "FRM debian:12\n");
  const Report report = checked({directory.path()});
  CHECK(report.others.size() == 4);
  CHECK(report.files.size() == 7);
  CHECK(report.findings.size() > 1 + 3 + 5);
  // Who names it says what it is.
  CHECK(checked({directory / "dockerfile.go"}).findings.size() > 0);
}

TEST_CASE("constraints need no hashes, requirements do, wherever the hash of a constraint stands") {
  testing::TempDirectory directory;
  const auto findings = [&] { return checked({directory.path()}).findings; };
  testing::write(directory / "requirements.txt", "-c constraints.txt\n-c limits.in\n" + kLocked);
  testing::write(directory / "constraints.txt", "bb==1\nc>=1\na==1 --hash=md5:" + std::string(32, 'a') + "\n");
  testing::write(directory / "limits.in", "d==1\n");
  CHECK(findings().empty());
  testing::write(directory / "requirements.txt", "-c constraints.txt\na==1\n");
  testing::write(directory / "constraints.txt", kLocked);
  REQUIRE(findings().size() == 1);
  CHECK(findings()[0].rule == "pins/unhashed");
  // What a list of constraints includes with -r is installed.
  testing::write(directory / "requirements.txt", "-c constraints.txt\n" + kLocked);
  testing::write(directory / "constraints.txt", "-r base.in\n");
  testing::write(directory / "base.in", "bb==1\n");
  REQUIRE(findings().size() == 1);
  CHECK(findings()[0].rule == "pins/unhashed");
  // So is what another list includes with -r, whatever it is called.
  testing::write(directory / "requirements.txt", "-c constraints.txt\n-r constraints.txt\n" + kLocked);
  testing::write(directory / "constraints.txt", "bb==1\n");
  CHECK(findings().size() == 1);
  // An option counts in either.
  testing::write(directory / "requirements.txt", "-c constraints.txt\n" + kLocked);
  testing::write(directory / "constraints.txt", "--index-url http://e.example\nbb @ http://e.example/b.zip\n???\n");
  CHECK(findings().size() == 3);
  // By its name alone it is one with a warning.
  testing::write(directory / "requirements.txt", kLocked);
  testing::write(directory / "constraints.txt", "bb==1\n");
  REQUIRE(findings().size() == 1);
  CHECK(findings()[0].rule == "pins/constraints");
  CHECK(findings()[0].severity == Severity::warning);
}

TEST_CASE("requirements in UTF-16 are read as pip reads them") {
  testing::TempDirectory directory;
  const auto utf16 = [](const std::string& text) {
    std::string out("\xff\xfe");
    for (const char c : text) out.append({c, '\0'});
    return out;
  };
  testing::write(directory / "requirements.txt", utf16(kLocked));
  CHECK(checked({directory.path()}).findings.empty());
  testing::write(directory / "requirements.txt", utf16("aa==1\r\n"));
  REQUIRE(checked({directory.path()}).findings.size() == 1);
  CHECK(checked({directory.path()}).findings[0].rule == "pins/unhashed");
}

TEST_CASE("files that are named are read under any likely name, each once") {
  testing::TempDirectory directory;
  testing::write(directory / "my-dockerfile.in", "FROM x");
  testing::write(directory / "deps.txt", "x");
  const Report report = checked({directory / "my-dockerfile.in", directory / "deps.txt", directory / "deps.txt"});
  CHECK(report.files.size() == 2);
  CHECK(report.findings.size() == 2);
  testing::write(directory / "main.cpp", "x");
  CHECK(refused({directory / "main.cpp"}) == ErrorCode::unsupported);
}

TEST_CASE("lists that another includes are read, under any name") {
  testing::TempDirectory directory;
  testing::write(directory / "requirements.txt", "-r deps/base.in\n-c deps/base.in\n");
  testing::write(directory / "deps/base.in", "-r ../requirements.txt\nx\n");
  const Report report = checked({directory.path()});
  CHECK(report.files.size() == 2);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].place.line == 2);
}

TEST_CASE("a list that leads out or is missing is unknown, one behind a link in the directory is read") {
  testing::TempDirectory directory;
  testing::write(directory / "out.txt", kLocked);
  testing::write(directory / "in/requirements.txt",
                 "-r ../out.txt\n-r link.txt\n-r missing.txt\n-r /etc/hostname\n-r away/out.txt\n");
  fs::create_symlink("../out.txt", directory / "in/link.txt");
  fs::create_directory_symlink("..", directory / "in/away");
  const Report report = checked({directory / "in"});
  REQUIRE(report.findings.size() == 5);
  for (const Finding& finding : supply::testing::some(report.findings)) CHECK(finding.rule == "pins/unknown");
  // Naming the file too settles the first.
  CHECK(checked({directory / "in", directory / "out.txt"}).findings.size() == 4);
  testing::write(directory / "in/requirements.txt", "-r link.txt\n");
  testing::write(directory / "in/base.in", "x\n");
  fs::remove(directory / "in/away");
  fs::remove(directory / "in/link.txt");
  fs::create_symlink("base.in", directory / "in/link.txt");
  REQUIRE(checked({directory / "in"}).findings.size() == 1);
  CHECK(checked({directory / "in"}).findings[0].rule == "pins/unhashed");
  // ".." behind a link is where the system takes it: not in/base.txt.
  testing::write(directory / "other/deep/x", "");
  testing::write(directory / "other/base.txt", "y\n");
  testing::write(directory / "in/base.txt", kLocked);
  fs::create_directory_symlink("../other/deep", directory / "in/deep");
  testing::write(directory / "in/requirements.txt", "-r deep/../base.txt\n");
  REQUIRE(checked({directory / "in"}).findings.size() == 1);
  CHECK(checked({directory / "in"}).findings[0].rule == "pins/unknown");
}

TEST_CASE("nothing to check is not a yes") {
  testing::TempDirectory directory;
  CHECK(refused({directory.path()}) == ErrorCode::not_found);
  CHECK(refused({directory / "missing"}) == ErrorCode::not_found);
  CHECK(refused({}) == ErrorCode::not_found);
  testing::write(directory / "Dockerfile", "FROM debian:12\n");
  const Report report = checked({directory.path(), directory / "missing"});
  CHECK(report.findings.size() == 1);
  REQUIRE(report.unread.size() == 1);
  CHECK(report.unread[0].error.code() == ErrorCode::not_found);
}

TEST_CASE("a file that is no text, or too large, is an error that names it, and all others are reported") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", std::string("FROM\0x", 6));
  CHECK(refused({directory.path()}) == ErrorCode::malformed);
  testing::write(directory / "Dockerfile", std::string(kMaxPinFileBytes + 1, ' '));
  CHECK(refused({directory.path()}) == ErrorCode::limit_exceeded);
  testing::write(directory / "requirements.txt", "# coding: utf-7\n");
  testing::write(directory / "a/requirements.txt", "a\xff");
  testing::write(directory / "b/requirements.txt", "x\n");
  const Report report = checked({directory.path()});
  CHECK(report.findings.size() == 1);
  REQUIRE(report.unread.size() == 3);
  CHECK(report.unread[0].error.code() == ErrorCode::limit_exceeded);
  CHECK(report.unread[0].error.message().find("Dockerfile") != std::string::npos);
  CHECK(report.unread[1].error.code() == ErrorCode::malformed);
  CHECK(report.unread[2].error.code() == ErrorCode::unsupported);
  testing::write(directory / "Dockerfile", kPinned + std::string(kMaxPinFileBytes - kPinned.size(), '\n'));
  CHECK(checked({directory / "Dockerfile"}).findings.empty());
}

TEST_CASE("directories nest up to a limit") {
  testing::TempDirectory directory;
  fs::path deep = directory.path();
  for (std::size_t i = 0; i < kMaxWalkDepth; ++i) deep /= "d";
  testing::write(deep / "Dockerfile", kPinned);
  CHECK(checked({directory.path()}).unread.empty());
  testing::write(deep / "d/Dockerfile", kPinned);
  const Report report = checked({directory.path()});
  CHECK(report.files.size() == 1);
  REQUIRE(report.unread.size() == 1);
  CHECK(report.unread[0].error.code() == ErrorCode::limit_exceeded);
}

TEST_CASE("names in all directories together count up to a limit, pins or not") {
  testing::TempDirectory directory;
  testing::write(directory / "a/Dockerfile", kPinned);
  testing::write(directory / "a/notes", "");
  testing::write(directory / "b/notes", "");
  const std::vector<io::Path> both{directory / "a", directory / "b"};
  CHECK(find_files({directory.path()}, 5).files.size() == 1);  // kMaxWalkedEntries is the default
  CHECK(find_files({directory.path()}, 5).unread.empty());
  CHECK(find_files({directory.path()}, 4).unread.at(0).error.code() == ErrorCode::limit_exceeded);
  CHECK(find_files(both, 3).unread.empty());
  CHECK(find_files(both, 2).unread.at(0).error.code() == ErrorCode::limit_exceeded);
}

TEST_CASE("files count up to a limit") {
  testing::TempDirectory directory;
  for (std::size_t i = 0; i <= kMaxPinFiles; ++i) testing::write(directory / ("Dockerfile." + std::to_string(i)), "");
  const Report report = checked({directory.path()});
  CHECK(report.files.size() == kMaxPinFiles);
  REQUIRE(report.unread.size() == 1);
  CHECK(report.unread[0].error.code() == ErrorCode::limit_exceeded);
}

TEST_CASE("the record holds every pin, and the same tree gives the same bytes") {
  testing::TempDirectory directory;
  testing::write(directory / "Dockerfile", "FROM --platform=linux/amd64 d:1@sha256:" + kA + "\nCOPY --from=x:2 a b\n");
  testing::write(directory / "requirements.txt", kLocked);
  const auto record = to_json(checked({directory.path()}));
  CHECK(record["files"].size() == 2);
  CHECK(record["counts"] == nlohmann::json{{"pinned", 2}, {"unpinned", 1}});
  REQUIRE(record["pins"].size() == 3);
  CHECK(record["pins"][0]["digest"] == "sha256:" + kA);
  CHECK(record["pins"][0]["platform"] == "linux/amd64");
  CHECK(record["pins"][1]["status"] == "unpinned");
  CHECK(record["pins"][2]["resolved"] == "a==1");
  CHECK(record["pins"][2]["kind"] == "package");
  CHECK(json::to_text(record) == json::to_text(to_json(checked({directory.path()}))));
}

TEST_CASE("of very many pins that do not hold the first are findings, and all are counted") {
  testing::TempDirectory directory;
  std::string list;
  const std::size_t many = kRecordsListed + 100;
  for (std::size_t i = 0; i < many; ++i) list += "a" + std::to_string(i) + "\n";
  testing::write(directory / "requirements.txt", kLocked + list);
  testing::write(directory / "dev/requirements.txt", "b\n");
  const Report report = checked({directory.path()});
  CHECK(report.pins.size() == many + 2);
  CHECK(count_findings(report.findings) == many + 1);
  CHECK(report.findings.size() == kFindingsListed + 2);
  const nlohmann::json record = to_json(report);
  CHECK(record["pins"].size() == kRecordsListed);
  CHECK(record["morePins"] == 102);
  std::size_t counted = 0;
  for (const auto& count : record["counts"]) counted += count.get<std::size_t>();
  CHECK(counted == many + 2);
  CHECK(record["counts"].value("pinned", 0) == 1);
  for (const auto& pin : record["pins"]) CHECK(pin["status"] != "pinned");  // what does not hold comes first
}

TEST_CASE("pins of all files together cost no more memory than a run may, and what was not read makes no yes") {
  testing::TempDirectory directory;
  for (const char* name : {"a-requirements.txt", "b-requirements.txt"}) {
    std::string list;
    for (int i = 0; i < 200; ++i) list += "a" + std::to_string(i) + "\n";
    testing::write(directory / name, list);
  }
  Budget enough({400'000, 0, 0, 0, 0}), little({200'000, 0, 0, 0, 0});
  const auto all = check({directory.path()}, enough);
  REQUIRE(all);
  CHECK(all->unread.empty());
  CHECK(enough.spent(Cost::memory) == 0);  // given back
  const auto some = check({directory.path()}, little);
  REQUIRE(some);
  CHECK(some->files.size() == 1);
  REQUIRE(some->unread.size() == 1);
  CHECK(some->unread[0].error.code() == ErrorCode::limit_exceeded);
}
