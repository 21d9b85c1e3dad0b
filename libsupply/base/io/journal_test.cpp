#include "libsupply/base/io/journal.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>
#include <vector>

#include "libsupply/base/limits/engine_limits.hpp"

using namespace supply;

namespace {

struct Directory {
  Directory() {
    char name[] = "/tmp/supply-journal-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
  }
  ~Directory() { std::filesystem::remove_all(path); }
  io::Path path;
};

}  // namespace

TEST_CASE("a line is added behind the last, which is returned") {
  const Directory directory;
  const io::Path file = directory.path / "h";
  CHECK(*io::append_line(file, "one\n", 100) == "");
  CHECK(*io::append_line(file, "two\n", 100) == "one");
  CHECK(*io::append_line(file, "three\n", 100) == "two");
  CHECK(*io::read_file(file, 100) == "one\ntwo\nthree\n");
  std::ofstream(file, std::ios::app) << "cut";
  CHECK(*io::append_line(file, "four\n", 100) == "three");
  CHECK(*io::read_file(file, 100) == "one\ntwo\nthree\ncut\nfour\n");
}

TEST_CASE("a journal that would grow over its limit begins anew, and one older file is kept") {
  const Directory directory;
  const io::Path file = directory.path / "h";
  for (int i = 0; i < 4; ++i) CHECK(io::append_line(file, "1234\n", 10));
  CHECK(*io::read_file(file, 100) == "1234\n1234\n");
  CHECK(*io::read_file(file.string() + ".1", 100) == "1234\n1234\n");
  CHECK(io::append_line(file, "123456789\n", 10));
  const auto long_line = io::append_line(file, "1234567890\n", 10);
  REQUIRE_FALSE(long_line);
  CHECK(long_line.error().code() == ErrorCode::limit_exceeded);
  CHECK(kMaxHistoryBytes == 32 * kMiB);  // the dashboard's
}

TEST_CASE("lines that are added at once are all there, whole") {
  const Directory directory;
  const io::Path file = directory.path / "h";
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) (void)io::append_line(file, "0123456789\n", 1 << 20);
    });
  for (std::thread& thread : threads) thread.join();
  std::string all;
  for (int i = 0; i < 160; ++i) all += "0123456789\n";
  CHECK(*io::read_file(file, 1 << 20) == all);
}

TEST_CASE("a journal is a regular file of a directory that is there") {
  const Directory directory;
  CHECK_FALSE(io::append_line(directory.path, "x\n", 10));
  CHECK_FALSE(io::append_line(directory.path / "no" / "h", "x\n", 10));
  std::filesystem::create_symlink("elsewhere", directory.path / "link");
  CHECK_FALSE(io::append_line(directory.path / "link", "x\n", 10));
}
