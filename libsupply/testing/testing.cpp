#include "libsupply/testing/testing.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace supply::testing {

namespace fs = std::filesystem;

namespace {

bool anything_skipped = false;

void skip(const std::string& why) {
  const char* required = std::getenv("SUPPLY_REQUIRE_PROGRAMS");
  if (required != nullptr && std::string_view(required) == "1") throw std::runtime_error(why + ": see ci/setup");
  anything_skipped = true;
  std::fprintf(stderr, "SKIPPED: %s\n", why.c_str());
}

}  // namespace

TempDirectory::TempDirectory() {
  std::string name = (fs::temp_directory_path() / "supply-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory like " + name);
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path testdata(std::string_view name) { return fs::path(SUPPLY_SOURCE_DIR) / "testdata" / name; }

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void write(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

bool matches_golden(const fs::path& golden, std::string_view actual) {
  if (const char* accept = std::getenv("SUPPLY_ACCEPT"); accept != nullptr && std::string_view(accept) == "1") {
    write(golden, actual);
    return true;
  }
  return fs::exists(golden) && read(golden) == actual;
}

void copy_directory(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(to))
    fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
  fs::permissions(to, fs::perms::owner_write, fs::perm_options::add);
}

bool needs(std::string_view program) {
  const std::string command = "command -v " + std::string(program) + " >/dev/null 2>&1";
  if (std::system(command.c_str()) == 0) return true;
  skip("the program " + std::string(program) + " is not here");
  return false;
}

bool needs_file(const fs::path& path) {
  if (fs::exists(path)) return true;
  skip(path.string() + " is not here");
  return false;
}

bool is_beside_project(const fs::path& path) {
  if (fs::exists(path)) return true;
  std::fprintf(stderr, "SKIPPED: %s is not here\n", path.c_str());
  anything_skipped = true;
  return false;
}

fs::path registry_data(std::string_view name) {
  const std::string command = "/usr/bin/python3 " SUPPLY_SOURCE_DIR "/ci/registry_data.py " + std::string(name);
  std::string told;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) told.append(buffer, got);
  const int status = ::pclose(pipe);
  while (told.ends_with('\n')) told.pop_back();
  if (status == 0) return told;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 77)
    throw std::runtime_error("ci/registry_data.py failed for " + std::string(name));
  // Under ci/test too: the project passes with Debian's packages alone.
  std::fprintf(stderr, "SKIPPED: %s cannot be had from a registry\n", std::string(name).c_str());
  anything_skipped = true;
  return {};
}

int exit_code(int failed) {
  if (failed != 0) return 1;
  return anything_skipped ? 77 : 0;
}

}  // namespace supply::testing
