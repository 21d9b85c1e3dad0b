#include "libsupply/base/io/staging.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/io/lock.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using namespace std::chrono_literals;

TEST_CASE("a lock keeps others out until it is gone") {
  const testing::TempDirectory directory;
  {
    const auto held = io::FileLock::take(directory / "lock", 0ms);
    REQUIRE(held);
    const auto second = io::FileLock::take(directory / "lock", 30ms);
    REQUIRE(!second);
    CHECK(second.error().code() == ErrorCode::unavailable);
  }
  CHECK(io::FileLock::take(directory / "lock", 0ms));
  CHECK(io::FileLock::take(directory.path(), 0ms));
  CHECK(io::FileLock::take(directory / "none/lock", 0ms).error().code() == ErrorCode::not_found);
}

TEST_CASE("a lock is exclusive between threads and is waited for") {
  const testing::TempDirectory directory;
  int inside = 0, most = 0, count = 0;
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const auto lock = io::FileLock::take(directory.path(), 60s);
        if (!lock) {
          ++failed;
          return;
        }
        most = std::max(most, ++inside);
        ++count;
        --inside;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  CHECK(most == 1);
  CHECK(count == 160);
}

TEST_CASE("a staged file appears under its name at once, and not at all when it is dropped") {
  const testing::TempDirectory directory;
  {
    auto file = io::StagedFile::create(directory / "staging");
    REQUIRE(file);
    REQUIRE(file->write("whole "));
    CHECK(!io::exists(directory / "f"));
    REQUIRE(file->write("file"));
    REQUIRE(file->publish(directory / "f"));
    CHECK(testing::read(directory / "f") == "whole file");
    auto dropped = io::StagedFile::create(directory / "staging");
    REQUIRE(dropped);
    REQUIRE(dropped->write("half"));
  }
  CHECK(io::list_directory(directory / "staging")->empty());
  REQUIRE(io::clear_staging(directory / "staging"));
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"f"});
  CHECK(io::clear_staging(directory / "staging"));
}

TEST_CASE("what a dead writer left is cleared, what a live one has is not") {
  const testing::TempDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    auto file = io::StagedFile::create(directory / "staging");
    if (!file || !file->write("half a blob")) ::_exit(1);
    ::_exit(0);  // as a kill: no destructor runs
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  auto live = io::StagedFile::create(directory / "staging");
  REQUIRE(live);
  REQUIRE(live->write("alive"));
  CHECK(io::list_directory(directory / "staging")->size() == 2);
  REQUIRE(io::clear_staging(directory / "staging"));
  CHECK(io::list_directory(directory / "staging")->size() == 1);
  REQUIRE(live->publish(directory / "f"));
  CHECK(testing::read(directory / "f") == "alive");
}

TEST_CASE("writers and cleaners at the same time lose nothing") {
  const testing::TempDirectory directory;
  std::atomic<bool> done = false;
  std::atomic<int> failed = 0;
  std::thread cleaner([&] {
    while (!done)
      if (!io::clear_staging(directory / "staging")) ++failed;
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < 4; ++t)
    writers.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        auto file = io::StagedFile::create(directory / "staging");
        if (!file || !file->write("x") || !file->publish(directory / (std::to_string(t) + "-" + std::to_string(i))))
          ++failed;
      }
    });
  for (auto& writer : writers) writer.join();
  done = true;
  cleaner.join();
  CHECK(failed == 0);
  REQUIRE(io::clear_staging(directory / "staging"));
  CHECK(io::list_directory(directory.path())->size() == 200);
}
