#include "libsupply/content/pins/pins.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/content/pins/walk.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::pins;
namespace fs = std::filesystem;

namespace {

const std::string kA(64, 'a');
const std::string kPinned = "FROM d@sha256:" + kA + "\n";
const std::string kLocked = "a==1 --hash=sha256:" + kA + "\n";

Report checked(const std::vector<io::Path>& paths) {
  auto report = check(paths);
  if (!report) FAIL(report.error().message());
  return *report;
}
ErrorCode refused(const std::vector<io::Path>& paths) {
  const auto report = check(paths);
  REQUIRE_FALSE(report);
  return report.error().code();
}
std::vector<std::string> names(const Report& report, const testing::TempFolder& folder) {
  std::vector<std::string> out;
  for (const std::string& file : report.files) out.push_back(fs::path(file).lexically_relative(folder.path()).string());
  return out;
}

}  // namespace

TEST_CASE("a tree in which everything is pinned has no findings") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", kPinned);
  testing::write(folder / "sub/app.Dockerfile", kPinned);
  testing::write(folder / "requirements.txt", kLocked + "-r requirements/base.txt\n");
  testing::write(folder / "requirements/base.txt", kLocked);
  testing::write(folder / "readme.txt", "FROM nothing");
  const Report report = checked({folder.path()});
  CHECK(names(report, folder) ==
        std::vector<std::string>{"Dockerfile", "requirements.txt", "requirements/base.txt", "sub/app.Dockerfile"});
  CHECK(report.pins.size() == 4);
  CHECK(report.findings.empty());
}

TEST_CASE("each pin that does not hold is a finding with file, line and remedy") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", "\nFROM debian:12\nADD https://example.org/x /x\n");
  testing::write(folder / "requirements.txt", kLocked + "b>=1\nc==1 --hash=md5:" + std::string(32, 'a') + "\n");
  const Report report = checked({folder.path()});
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
  for (const Finding& finding : report.findings) CHECK(finding.severity == Severity::error);
}

TEST_CASE("pinned by default only is a warning, unknown is an error") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", "ARG B=d@sha256:" + kA + "\nFROM $B\nFRM x\n");
  const Report report = checked({folder.path()});
  REQUIRE(report.findings.size() == 2);
  CHECK(report.findings[0].rule == "pins/pinned-by-default-only");
  CHECK(report.findings[0].severity == Severity::warning);
  CHECK(report.findings[1].rule == "pins/unknown");
  CHECK(report.findings[1].severity == Severity::error);
}

TEST_CASE("other people's folders and links are left out, and said") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", kPinned);
  testing::write(folder / "node_modules/x/Dockerfile", "FROM x");
  testing::write(folder / ".git/Dockerfile", "FROM x");
  testing::write(folder / "vendor/Dockerfile", "FROM x");
  testing::write(folder / "env/pyvenv.cfg", "");
  testing::write(folder / "env/requirements.txt", "x");
  fs::create_symlink("Dockerfile", folder / "Dockerfile.link");
  fs::create_directory_symlink("..", folder / "loop");
  const Report report = checked({folder.path()});
  CHECK(names(report, folder) == std::vector<std::string>{"Dockerfile"});
  CHECK(report.skipped.size() == 5);
  CHECK(report.findings.empty());
  // What is named is read.
  CHECK(checked({folder / "vendor"}).findings.size() == 1);
  CHECK(checked({folder / "Dockerfile.link"}).files.size() == 1);
}

TEST_CASE("files that are named are read under any likely name, each once") {
  testing::TempFolder folder;
  testing::write(folder / "my-dockerfile.in", "FROM x");
  testing::write(folder / "deps.txt", "x");
  const Report report = checked({folder / "my-dockerfile.in", folder / "deps.txt", folder / "deps.txt"});
  CHECK(report.files.size() == 2);
  CHECK(report.findings.size() == 2);
  testing::write(folder / "main.cpp", "x");
  CHECK(refused({folder / "main.cpp"}) == ErrorCode::unsupported);
}

TEST_CASE("lists that another includes are read, under any name") {
  testing::TempFolder folder;
  testing::write(folder / "requirements.txt", "-r deps/base.in\n-c deps/base.in\n");
  testing::write(folder / "deps/base.in", "-r ../requirements.txt\nx\n");
  const Report report = checked({folder.path()});
  CHECK(report.files.size() == 2);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].place.line == 2);
}

TEST_CASE("a list that leads out, is a link or is missing is unknown") {
  testing::TempFolder folder;
  testing::write(folder / "out.txt", kLocked);
  testing::write(folder / "in/requirements.txt",
                 "-r ../out.txt\n-r link.txt\n-r missing.txt\n-r /etc/hostname\n-r away/out.txt\n");
  fs::create_symlink("../out.txt", folder / "in/link.txt");
  fs::create_directory_symlink("..", folder / "in/away");
  const Report report = checked({folder / "in"});
  REQUIRE(report.findings.size() == 5);
  for (const Finding& finding : report.findings) CHECK(finding.rule == "pins/unknown");
  // Naming the file too settles the first.
  CHECK(checked({folder / "in", folder / "out.txt"}).findings.size() == 4);
}

TEST_CASE("nothing to check is not a yes") {
  testing::TempFolder folder;
  CHECK(refused({folder.path()}) == ErrorCode::not_found);
  CHECK(refused({folder / "missing"}) == ErrorCode::not_found);
  CHECK(refused({}) == ErrorCode::not_found);
  testing::write(folder / "Dockerfile", kPinned);
  CHECK(refused({folder.path(), folder / "missing"}) == ErrorCode::not_found);
}

TEST_CASE("a file that is no text, or too large, is an error that names it") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", std::string("FROM\0x", 6));
  auto report = check({folder.path()});
  REQUIRE_FALSE(report);
  CHECK(report.error().code() == ErrorCode::malformed);
  CHECK(report.error().message().find("Dockerfile") != std::string::npos);
  testing::write(folder / "Dockerfile", std::string(kMaxPinFileBytes + 1, ' '));
  CHECK(refused({folder.path()}) == ErrorCode::limit_exceeded);
  testing::write(folder / "Dockerfile", kPinned + std::string(kMaxPinFileBytes - kPinned.size(), '\n'));
  CHECK(checked({folder.path()}).findings.empty());
}

TEST_CASE("folders nest up to a limit") {
  testing::TempFolder folder;
  fs::path deep = folder.path();
  for (std::size_t i = 0; i < kMaxWalkDepth; ++i) deep /= "d";
  testing::write(deep / "Dockerfile", kPinned);
  CHECK(checked({folder.path()}).files.size() == 1);
  testing::write(deep / "d/Dockerfile", kPinned);
  CHECK(refused({folder.path()}) == ErrorCode::limit_exceeded);
}

TEST_CASE("names in all folders together count up to a limit, pins or not") {
  testing::TempFolder folder;
  testing::write(folder / "a/Dockerfile", kPinned);
  testing::write(folder / "a/notes", "");
  testing::write(folder / "b/notes", "");
  const std::vector<io::Path> both{folder / "a", folder / "b"};
  CHECK(find_files({folder.path()}, 5)->files.size() == 1);
  CHECK(find_files({folder.path()}, 4).error().code() == ErrorCode::limit_exceeded);
  CHECK(find_files(both, 3));
  CHECK(find_files(both, 2).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("files count up to a limit") {
  testing::TempFolder folder;
  for (std::size_t i = 0; i <= kMaxPinFiles; ++i) testing::write(folder / ("Dockerfile." + std::to_string(i)), "");
  CHECK(refused({folder.path()}) == ErrorCode::limit_exceeded);
}

TEST_CASE("the record holds every pin, and the same tree gives the same bytes") {
  testing::TempFolder folder;
  testing::write(folder / "Dockerfile", "FROM --platform=linux/amd64 d:1@sha256:" + kA + "\nCOPY --from=x:2 a b\n");
  testing::write(folder / "requirements.txt", kLocked);
  const auto record = to_json(checked({folder.path()}));
  CHECK(record["files"].size() == 2);
  CHECK(record["counts"] == nlohmann::json{{"pinned", 2}, {"unpinned", 1}});
  REQUIRE(record["pins"].size() == 3);
  CHECK(record["pins"][0]["digest"] == "sha256:" + kA);
  CHECK(record["pins"][0]["platform"] == "linux/amd64");
  CHECK(record["pins"][1]["status"] == "unpinned");
  CHECK(record["pins"][2]["resolved"] == "a==1");
  CHECK(record["pins"][2]["kind"] == "package");
  CHECK(json::to_text(record) == json::to_text(to_json(checked({folder.path()}))));
}
