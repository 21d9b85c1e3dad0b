#include <algorithm>
#include <catch2/catch.hpp>

#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/requirement_lines.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace supply::locks;

namespace {

const std::string kA = std::string(64, 'a'), kB = std::string(64, 'b');

const Format& requirements() {
  const Format* format = format_of("requirements.txt");
  REQUIRE(format != nullptr);
  return *format;
}

Lock read(const std::string& text) {
  auto lock = requirements().read(text);
  REQUIRE(lock);
  return *lock;
}

Entry one(const std::string& text) {
  const Lock lock = read(text);
  REQUIRE(lock.entries.size() == 1);
  return lock.entries[0];
}

Hold hold(const std::string& text) { return one(text).hold; }

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
  const Entry entry =
      one("Flask_SQL.Alchemy[x] == 2.31.0 ; python_version >= \"3.8\" --hash=sha256:" + kA + " --hash=sha256:" + kB);
  CHECK(entry.hold == Hold::hash_only);
  CHECK(entry.reason.empty());
  CHECK(entry.line == 1);
  CHECK(entry.name == "flask-sql-alchemy");
  CHECK(entry.version == "2.31.0");
  CHECK(entry.hashes == std::vector<std::string>{"sha256:" + kA, "sha256:" + kB});
  CHECK(hold("a===1 --hash=sha512:" + kA + kA) == Hold::hash_only);
  CHECK(hold("a==1 --hash=sha256:" + std::string(64, 'A')) == Hold::hash_only);
  CHECK(hold("a (==1.0) --hash=sha256:" + kA) == Hold::hash_only);
}

TEST_CASE("what has no hash is unhashed, and a range is said") {
  CHECK(hold("requests==2.31.0") == Hold::unhashed);
  CHECK(hold("requests") == Hold::unhashed);
  CHECK(one("requests>=2,<3").reason == "no hash, and a range of versions \">=2,<3\"");
  CHECK(hold("requests==2.31.0 # --hash=sha256:" + kA) == Hold::unhashed);
  CHECK(hold("https://example.org/x-1.0.tar.gz") == Hold::unhashed);
  CHECK(hold("x @ https://example.org/x-1.0.tar.gz ; python_version > '3'") == Hold::unhashed);
  CHECK(hold("./wheels/x-1.0-py3-none-any.whl") == Hold::unhashed);
}

TEST_CASE("a range with a hash can still move") {
  CHECK(hold("a>=1 --hash=sha256:" + kA) == Hold::mutable_ref);
  CHECK(hold("a==1.* --hash=sha256:" + kA) == Hold::mutable_ref);
  CHECK(hold("a==1,<2 --hash=sha256:" + kA) == Hold::mutable_ref);
  CHECK(hold("a --hash=sha256:" + kA) == Hold::mutable_ref);
}

TEST_CASE("weak hashes are weak, alone or beside strong ones") {
  CHECK(hold("a==1 --hash=md5:" + std::string(32, 'a')) == Hold::weak);
  CHECK(hold("a==1 --hash=sha1:" + std::string(40, 'a')) == Hold::weak);
  CHECK(hold("a==1 --hash=sha256:" + kA + " --hash=md5:" + std::string(32, 'a')) == Hold::weak);
  CHECK(hold("https://example.org/x.zip#md5=" + std::string(32, 'a')) == Hold::weak);
}

TEST_CASE("a hash of the wrong form is unknown") {
  for (const std::string& hash : {std::string("sha256:abc"), "sha256:" + kA + "0", "sha256:" + std::string(64, 'g'),
                                  std::string("sha256"), std::string(""), "blake2b:" + kA, "SHA256:" + kA}) {
    INFO(hash);
    CHECK(hold("a==1 --hash=" + hash) == Hold::unknown);
  }
}

TEST_CASE("archives by URL are held by the hash in the fragment or the option") {
  CHECK(hold("https://example.org/x-1.0.tar.gz#sha256=" + kA + "&egg=x") == Hold::hash_only);
  CHECK(hold("x @ https://example.org/x-1.0.whl --hash=sha256:" + kA) == Hold::hash_only);
  CHECK(hold("./x-1.0.whl --hash=sha256:" + kA) == Hold::hash_only);
  CHECK(hold("http://example.org/x-1.0.tar.gz#sha256=" + kA) == Hold::plaintext_http);
  CHECK(hold("x @ http://example.org/x.whl") == Hold::plaintext_http);
  CHECK(hold("gopher://example.org/x.whl") == Hold::unknown);
}

TEST_CASE("repositories and directories are mutable, a git commit is weak") {
  CHECK(hold("git+https://github.com/o/r") == Hold::mutable_ref);
  CHECK(hold("x @ git+https://github.com/o/r@main") == Hold::mutable_ref);
  CHECK(hold("x @ git+https://github.com/o/r@" + std::string(40, 'a')) == Hold::weak);
  CHECK(hold("git+https://github.com/o/r@" + std::string(39, 'a')) == Hold::mutable_ref);
  CHECK(hold("git+http://github.com/o/r@" + std::string(40, 'a')) == Hold::plaintext_http);
  CHECK(hold("hg+https://example.org/r@" + std::string(40, 'a')) == Hold::mutable_ref);
  CHECK(hold("-e .") == Hold::mutable_ref);
  CHECK(hold("--editable git+https://github.com/o/r@main#egg=x") == Hold::mutable_ref);
  CHECK(hold("-egit+https://github.com/o/r@" + std::string(40, 'b') + "#egg=x") == Hold::weak);
  CHECK(hold("./src/pkg") == Hold::mutable_ref);
  CHECK(hold(".") == Hold::mutable_ref);
}

TEST_CASE("options over http are findings of their own, others are not") {
  CHECK(hold("--index-url http://pypi.example/simple") == Hold::plaintext_http);
  CHECK(hold("-f http://example.org/links") == Hold::plaintext_http);
  CHECK(hold("--trusted-host pypi.example") == Hold::plaintext_http);
  CHECK(
      read("--index-url https://pypi.example/simple\n--require-hashes\n--only-binary :all:\n--pre\n").entries.empty());
}

TEST_CASE("included lists are named, fetched ones are mutable") {
  const Lock lock = read("-r base.txt\n--constraint=../c.txt\n-rdev.txt\n");
  CHECK(lock.entries.empty());
  REQUIRE(lock.includes.size() == 3);
  CHECK(lock.includes[0].path == "base.txt");
  CHECK(lock.includes[1].path == "../c.txt");
  CHECK(lock.includes[1].line == 2);
  CHECK(lock.includes[2].path == "dev.txt");
  CHECK(hold("-r https://example.org/r.txt") == Hold::mutable_ref);
  CHECK(hold("-r http://example.org/r.txt") == Hold::plaintext_http);
  CHECK(hold("-r ${HOME}/r.txt") == Hold::unknown);
}

TEST_CASE("what pip would refuse or silently ignore is unknown") {
  for (const std::string& text :
       {std::string("requests=2.0"), std::string("!x"), std::string("a==1 \\ "),
        std::string("a==1\t--hash=sha256:") + kA, std::string("--frobnicate"), "a==1 --hash=sha256:" + kA + " evil==2",
        "a==1 --hash='sha256:" + kA, std::string("a==1 --hash"), std::string("--hash=sha256:") + kA,
        std::string("a==${VERSION}"), std::string("a==1 --no"), std::string("a==1 -r b.txt"), std::string("a==1,,==1"),
        std::string("<html>"), std::string("--pre=x"), std::string("\xc2\xa0x==1")}) {
    INFO(text);
    CHECK(hold(text) == Hold::unknown);
  }
}

TEST_CASE("a comment between a requirement and its hash parts them, as in pip") {
  const Lock lock = read("a==1 \\\n  # why\n  --hash=sha256:" + kA + "\n");
  REQUIRE(lock.entries.size() == 2);
  CHECK(lock.entries[0].hold == Hold::unhashed);
  CHECK(lock.entries[1].hold == Hold::unknown);
  CHECK(lock.entries[1].line == 3);
}

TEST_CASE("an unhashed line among hashed ones is said to break the file") {
  const Lock lock = read("a==1 --hash=sha256:" + kA + "\nb==1\n");
  REQUIRE(lock.entries.size() == 2);
  CHECK(lock.entries[1].hold == Hold::unhashed);
  CHECK(lock.entries[1].reason == "no hash, while others have one: pip refuses the whole file");
}

TEST_CASE("a requirement cannot hide behind another kind of line end") {
  for (const std::string end : {"\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    const Lock lock = read("# harmless" + end + "evil==1\n");
    REQUIRE(lock.entries.size() == 1);
    CHECK(lock.entries[0].name == "evil");
    CHECK(lock.entries[0].line == 2);
  }
}

TEST_CASE("credentials in a URL are masked") {
  const Entry entry = one("https://user:hunter2@example.org/x-1.0.tar.gz");
  CHECK(entry.text == "https://user:***@example.org/x-1.0.tar.gz");
  CHECK(read("--trusted-host x\n--index-url http://u:hunter2@h/s\n").entries[1].text.find("hunter2") ==
        std::string::npos);
}

TEST_CASE("an empty file locks nothing and breaks nothing") {
  CHECK(read("").entries.empty());
  CHECK(read("\xef\xbb\xbf# only a comment\n\n").entries.empty());
}

TEST_CASE("bytes that are no text are malformed, too many are refused") {
  CHECK(requirements().read(std::string("a\0b", 3)).error().code() == ErrorCode::malformed);
  CHECK(requirements().read("\xff\xff").error().code() == ErrorCode::malformed);
  CHECK(requirements().read(std::string(kMaxPinFileBytes, '\n')));
  CHECK(requirements().read(std::string(kMaxPinFileBytes + 1, '\n')).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("entries count up to a limit") {
  std::string text;
  for (std::size_t i = 0; i < kMaxLockEntries; ++i) text += "a\n";
  CHECK(read(text).entries.size() == kMaxLockEntries);
  CHECK(requirements().read(text + "a\n").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("requirements and constraints files are known by their names") {
  for (const auto* path :
       {"requirements.txt", "a/b/requirements-dev.txt", "requirements/base.txt", "x/requirements/dev.txt",
        "dev-requirements.txt", "constraints.txt", "Requirements.txt", "requirements.lock", "constraints-3.11.txt"})
    CHECK(format_of(path) != nullptr);
  for (const auto* path :
       {"readme.txt", "requirements.in", "requirements.md", "requirements/base.py", "my/requirements", "a.txt", ""})
    CHECK(format_of(path) == nullptr);
}
