#include "libsupply/content/locks/requirements.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/internal/requirement_lines.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::locks;

namespace {

const std::string kA = std::string(64, 'a'), kB = std::string(64, 'b');

RequirementsFile read(const std::string& text) {
  auto lock = read_requirements(text);
  REQUIRE(lock);
  return *lock;
}

Requirement one(const std::string& text) {
  const RequirementsFile lock = read(text);
  REQUIRE(lock.entries.size() == 1);
  return lock.entries[0];
}

Integrity integrity(const std::string& text) { return one(text).integrity; }

}  // namespace

TEST_CASE("lines, requirements and hashes are those that pip itself reads") {
  const std::string text = testing::read(testing::testdata("locks/pip/requirements.txt"));
  std::string actual;
  for (const LogicalLine& logical : supply::testing::some(logical_lines(text))) {
    const SplitLine line = split_line(logical.text);
    CHECK(line.problem.empty());
    std::vector<std::string> hashes;
    for (const Option& option : line.options)
      if (option.name == "--hash") hashes.push_back(option.value);
    actual += std::to_string(logical.line) + "\t" + line.requirement + "\t";
    for (std::size_t i = 0; i < hashes.size(); ++i) actual += (i == 0 ? "" : ",") + hashes[i];
    actual += "\n";
  }
  // pip keeps the spaces that a joined line leaves before its first option.
  std::string expected = testing::read(testing::testdata("locks/pip/expected.txt"));
  for (std::size_t at; (at = expected.find(" \t")) != std::string::npos;) expected.erase(at, 1);
  CHECK(actual == expected);
}

TEST_CASE("a hash-locked requirement holds") {
  const Requirement entry =
      one("Flask_SQL.Alchemy[x] == 2.31.0 ; python_version >= \"3.8\" --hash=sha256:" + kA + " --hash=sha256:" + kB);
  CHECK(entry.integrity == Integrity::hash_only);
  CHECK(entry.reason.empty());
  CHECK(entry.line == 1);
  CHECK(entry.name == "flask-sql-alchemy");
  CHECK(entry.version == "2.31.0");
  CHECK(entry.hashes == std::vector<std::string>{"sha256:" + kA, "sha256:" + kB});
  CHECK(integrity("a===1 --hash=sha512:" + kA + kA) == Integrity::hash_only);
  CHECK(integrity("a==1 --hash=sha256:" + std::string(64, 'A')) == Integrity::hash_only);
  CHECK(integrity("a (==1.0) --hash=sha256:" + kA) == Integrity::hash_only);
}

TEST_CASE("what has no hash is unhashed, and a range is said") {
  CHECK(integrity("requests==2.31.0") == Integrity::unhashed);
  CHECK(integrity("requests") == Integrity::unhashed);
  CHECK(one("requests>=2,<3").reason == "no hash, and a range of versions \">=2,<3\"");
  CHECK(integrity("requests==2.31.0 # --hash=sha256:" + kA) == Integrity::unhashed);
  CHECK(integrity("https://example.org/x-1.0.tar.gz") == Integrity::unhashed);
  CHECK(integrity("x @ https://example.org/x-1.0.tar.gz ; python_version > '3'") == Integrity::unhashed);
  CHECK(integrity("./wheels/x-1.0-py3-none-any.whl") == Integrity::unhashed);
}

TEST_CASE("a range with a hash can still move") {
  CHECK(integrity("a>=1 --hash=sha256:" + kA) == Integrity::mutable_ref);
  CHECK(integrity("a==1.* --hash=sha256:" + kA) == Integrity::mutable_ref);
  CHECK(integrity("a==1,<2 --hash=sha256:" + kA) == Integrity::mutable_ref);
  CHECK(integrity("a --hash=sha256:" + kA) == Integrity::mutable_ref);
}

TEST_CASE("weak hashes are weak, alone or beside strong ones") {
  CHECK(integrity("a==1 --hash=md5:" + std::string(32, 'a')) == Integrity::weak);
  CHECK(integrity("a==1 --hash=sha1:" + std::string(40, 'a')) == Integrity::weak);
  CHECK(integrity("a==1 --hash=sha256:" + kA + " --hash=md5:" + std::string(32, 'a')) == Integrity::weak);
  CHECK(integrity("https://example.org/x.zip#md5=" + std::string(32, 'a')) == Integrity::weak);
}

TEST_CASE("a hash of the wrong form is unknown") {
  for (const std::string& hash : {std::string("sha256:abc"), "sha256:" + kA + "0", "sha256:" + std::string(64, 'g'),
                                  std::string("sha256"), std::string(""), "blake2b:" + kA, "SHA256:" + kA}) {
    INFO(hash);
    CHECK(integrity("a==1 --hash=" + hash) == Integrity::unknown);
  }
}

TEST_CASE("archives by URL are held by the hash in the fragment or the option") {
  const std::string by_url = "https://example.org/x-1.0.tar.gz#sha256=" + kA + "&egg=x";
  // pip is in hash mode only when an option says so.
  CHECK(integrity(by_url) == Integrity::unhashed);
  CHECK(integrity(by_url + " --hash=sha256:" + kA) == Integrity::hash_only);
  CHECK(read("--require-hashes\n" + by_url + "\n").entries.at(0).integrity == Integrity::hash_only);
  CHECK(read(by_url + "\nb==1 --hash=sha256:" + kA + "\n").entries.at(0).integrity == Integrity::hash_only);
  CHECK(integrity("x @ https://example.org/x-1.0.whl --hash=sha256:" + kA) == Integrity::hash_only);
  CHECK(integrity("./x-1.0.whl --hash=sha256:" + kA) == Integrity::hash_only);
  CHECK(integrity("http://example.org/x-1.0.tar.gz#sha256=" + kA) == Integrity::plaintext_http);
  CHECK(integrity("x @ http://example.org/x.whl") == Integrity::plaintext_http);
  CHECK(integrity("gopher://example.org/x.whl") == Integrity::unknown);
}

TEST_CASE("repositories and directories are mutable, a git commit is weak") {
  CHECK(integrity("git+https://github.com/o/r") == Integrity::mutable_ref);
  CHECK(integrity("x @ git+https://github.com/o/r@main") == Integrity::mutable_ref);
  CHECK(integrity("x @ git+https://github.com/o/r@" + std::string(40, 'a')) == Integrity::weak);
  CHECK(integrity("git+https://github.com/o/r@" + std::string(39, 'a')) == Integrity::mutable_ref);
  CHECK(integrity("git+http://github.com/o/r@" + std::string(40, 'a')) == Integrity::plaintext_http);
  CHECK(integrity("hg+https://example.org/r@" + std::string(40, 'a')) == Integrity::mutable_ref);
  CHECK(integrity("-e .") == Integrity::mutable_ref);
  CHECK(integrity("--editable git+https://github.com/o/r@main#egg=x") == Integrity::mutable_ref);
  CHECK(integrity("-egit+https://github.com/o/r@" + std::string(40, 'b') + "#egg=x") == Integrity::weak);
  CHECK(integrity("./src/pkg") == Integrity::mutable_ref);
  CHECK(integrity(".") == Integrity::mutable_ref);
}

TEST_CASE("options over http are findings of their own, others are not") {
  CHECK(integrity("--index-url http://pypi.example/simple") == Integrity::plaintext_http);
  CHECK(integrity("-f http://example.org/links") == Integrity::plaintext_http);
  CHECK(integrity("--trusted-host pypi.example") == Integrity::plaintext_http);
  CHECK(
      read("--index-url https://pypi.example/simple\n--require-hashes\n--only-binary :all:\n--pre\n").entries.empty());
}

TEST_CASE("included lists are named, fetched ones are mutable") {
  const RequirementsFile lock = read("-r base.txt\n--constraint=../c.txt\n-rdev.txt\n");
  CHECK(lock.entries.empty());
  REQUIRE(lock.includes.size() == 3);
  CHECK(lock.includes[0].path == "base.txt");
  CHECK(lock.includes[1].path == "../c.txt");
  CHECK(lock.includes[1].line == 2);
  CHECK(lock.includes[2].path == "dev.txt");
  CHECK(integrity("-r https://example.org/r.txt") == Integrity::mutable_ref);
  CHECK(integrity("-r http://example.org/r.txt") == Integrity::plaintext_http);
  CHECK(integrity("-r ${HOME}/r.txt") == Integrity::unknown);
}

TEST_CASE("what pip would refuse or silently ignore is unknown") {
  for (const std::string& text :
       {std::string("requests=2.0"), std::string("!x"), std::string("a==1 \\ "),
        std::string("a==1\t--hash=sha256:") + kA, std::string("--frobnicate"), "a==1 --hash=sha256:" + kA + " evil==2",
        "a==1 --hash='sha256:" + kA, std::string("a==1 --hash"), std::string("--hash=sha256:") + kA,
        std::string("a==${VERSION}"), std::string("a==1 --no"), std::string("a==1 -r b.txt"), std::string("a==1,,==1"),
        std::string("<html>"), std::string("--pre=x"), std::string("\xc2\xa0x==1")}) {
    INFO(text);
    CHECK(integrity(text) == Integrity::unknown);
  }
}

TEST_CASE("a comment between a requirement and its hash parts them, as in pip") {
  const RequirementsFile lock = read("a==1 \\\n  # why\n  --hash=sha256:" + kA + "\n");
  REQUIRE(lock.entries.size() == 2);
  CHECK(lock.entries[0].integrity == Integrity::unhashed);
  CHECK(lock.entries[1].integrity == Integrity::unknown);
  CHECK(lock.entries[1].line == 3);
}

TEST_CASE("an unhashed line among hashed ones is said to break the file") {
  const RequirementsFile lock = read("a==1 --hash=sha256:" + kA + "\nb==1\n");
  REQUIRE(lock.entries.size() == 2);
  CHECK(lock.entries[1].integrity == Integrity::unhashed);
  CHECK(lock.entries[1].reason == "no hash, while others have one: pip refuses the whole file");
}

TEST_CASE("a requirement cannot hide behind another kind of line end") {
  for (const std::string end : {"\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    const RequirementsFile lock = read("# harmless" + end + "evil==1\n");
    REQUIRE(lock.entries.size() == 1);
    CHECK(lock.entries[0].name == "evil");
    CHECK(lock.entries[0].line == 2);
  }
}

TEST_CASE("credentials in a URL are masked") {
  const Requirement entry = one("https://user:hunter2@example.org/x-1.0.tar.gz");
  CHECK(entry.text == "https://user:***@example.org/x-1.0.tar.gz");
  CHECK(read("--trusted-host x\n--index-url http://u:hunter2@h/s\n").entries[1].text.find("hunter2") ==
        std::string::npos);
}

TEST_CASE("an empty file locks nothing and breaks nothing") {
  CHECK(read("").entries.empty());
  CHECK(read("\xef\xbb\xbf# only a comment\n\n").entries.empty());
}

TEST_CASE("bytes that are no text are malformed, too many are refused") {
  CHECK(read_requirements(std::string("a\0b", 3)).error().code() == ErrorCode::malformed);
  CHECK(read_requirements("\xff\xff").error().code() == ErrorCode::malformed);
  CHECK(read_requirements(std::string(kMaxPinFileBytes, '\n')));
  CHECK(read_requirements(std::string(kMaxPinFileBytes + 1, '\n')).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("entries count up to a limit") {
  std::string text;
  for (std::size_t i = 0; i < kMaxLockEntries; ++i) text += "a\n";
  CHECK(read(text).entries.size() == kMaxLockEntries);
  CHECK(read_requirements(text + "a\n").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("requirements and constraints files are known by their names") {
  for (const auto* path :
       {"requirements.txt", "a/b/requirements-dev.txt", "requirements/base.txt", "x/requirements/dev.txt",
        "dev-requirements.txt", "constraints.txt", "Requirements.txt", "requirements.lock", "constraints-3.11.txt"})
    CHECK(is_requirements_file(path));
  for (const auto* path :
       {"readme.txt", "requirements.in", "requirements.md", "requirements/base.py", "my/requirements", "a.txt", ""})
    CHECK(!is_requirements_file(path));
}
