// Programs that a test needs beside it: a server that runs as long as the object lives, or a tool that is waited for.
// Tests only.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace supply::testing {

/// Where a program is, looked for in PATH and the directories of servers; "" when it is not installed.
std::string program(const std::string& name);
/// The same; when it is missing that is said loudly on standard error, because tests are skipped then.
std::string program_or_shout(const std::string& name);
/// Runs a program to its end; throws with its output when it fails. Returns what it wrote.
std::string run(const std::vector<std::string>& words);
/// Does work(0) to work(7) at the same time, half of them in processes of their own and half in threads; returns how
/// many of them gave false.
int failures_of_eight(const std::function<bool(int)>& work);
/// A port of loopback that was free a moment ago.
int free_port();
/// Whether somebody listens there within `seconds`.
bool answers(int port, double seconds);

class Child {
 public:
  /// Its output goes to the file. It is killed with this object, and when this process dies.
  Child(const std::vector<std::string>& words, const std::filesystem::path& log);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  bool is_running();

 private:
  int pid_ = -1;
};

}  // namespace supply::testing
