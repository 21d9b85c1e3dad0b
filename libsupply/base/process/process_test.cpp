#include "libsupply/base/process/process.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libsupply/testing/testing.hpp"

using namespace supply;
using process::Command;
using process::run;

namespace {

Command shell(const std::string& script) {
  return {.program = "/bin/sh", .arguments = {"-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

}  // namespace

TEST_CASE("a program gets its input and gives its output, its complaints and its exit code") {
  Command command = shell("cat; echo oops >&2; exit 3");
  command.input = std::string(40'000, 'x');
  const auto output = run(command);
  REQUIRE(output);
  CHECK(output->output == command.input);
  CHECK(output->errors == "oops\n");
  CHECK(output->exit_code == 3);
}

TEST_CASE("a program gets the environment that it is given and nothing else") {
  Command command = shell("/usr/bin/env");
  command.environment = {{"ONLY", "this"}};
  const auto output = run(command);
  REQUIRE(output);
  CHECK(output->output.find("ONLY=this") != std::string::npos);
  CHECK(output->output.find("HOME=") == std::string::npos);
}

TEST_CASE("a name is looked up in the PATH that is given, without its relative directories") {
  const testing::TempDirectory directory;
  testing::write(directory / "helper", "#!/bin/sh\necho found\n");
  std::filesystem::permissions(directory / "helper", std::filesystem::perms::owner_all);
  const auto output = run({.program = "helper", .environment = {{"PATH", "/nowhere:" + directory.path().string()}}});
  REQUIRE(output);
  CHECK(output->output == "found\n");
  std::filesystem::current_path(directory.path());
  const auto relative = run({.program = "helper", .environment = {{"PATH", ".::/usr/bin"}}});
  REQUIRE_FALSE(relative);
  CHECK(relative.error().code() == ErrorCode::not_found);
  std::filesystem::permissions(directory / "helper", std::filesystem::perms::owner_read);
  if (::geteuid() != 0) {
    const auto refused = run({.program = "helper", .environment = {{"PATH", directory.path().string()}}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::forbidden);
  }
  std::filesystem::current_path("/");
}

TEST_CASE("a program that is not there is not found") {
  const auto output = run({.program = "/nowhere/helper"});
  REQUIRE_FALSE(output);
  CHECK(output.error().code() == ErrorCode::not_found);
}

TEST_CASE("a program that takes too long is ended with all that it has started") {
  for (const char* script : {"sleep 60 & sleep 60", "exec >&-; sleep 60", "trap '' TERM; while :; do sleep 1; done"}) {
    Command command = shell(script);
    command.patience = std::chrono::milliseconds(200);
    const auto before = std::chrono::steady_clock::now();
    const auto output = run(command);
    REQUIRE_FALSE(output);
    CHECK(output.error().code() == ErrorCode::unavailable);
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(5));
  }
}

TEST_CASE("a program that writes too much is ended") {
  Command command = shell("yes");
  command.output_limit = 10'000;
  const auto output = run(command);
  REQUIRE_FALSE(output);
  CHECK(output.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("output of exactly the limit is taken") {
  Command command = shell("printf 12345");
  command.output_limit = 5;
  const auto output = run(command);
  REQUIRE(output);
  CHECK(output->output == "12345");
}

TEST_CASE("a program that does not read its input does not end the caller") {
  Command command = shell("exec <&-; echo done");
  command.input = std::string(10'000'000, 'x');
  const auto output = run(command);
  REQUIRE(output);
  CHECK(output->output == "done\n");
}

TEST_CASE("the exit code of a program that a signal ended is 128 and its number") {
  const auto output = run(shell("kill -9 $$"));
  REQUIRE(output);
  CHECK(output->exit_code == 137);
}
