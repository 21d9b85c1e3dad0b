#include "libsupply/base/process/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "libsupply/base/text/text.hpp"

namespace supply::process {
namespace {

constexpr std::size_t kErrorBytesKept = 1024;

Error failed(std::string_view what, int number) {
  return Error(ErrorCode::internal, std::string(what) + ": " + std::generic_category().message(number));
}

// One end of a connection; sockets, because writing to one whose reader is gone can be kept from raising a signal.
class End {
 public:
  End() = default;
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  ~End() { close(); }
  void close() {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
  int fd = -1;
};

Status connect(End& ours, End& theirs) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return failed("cannot make a socket", errno);
  ours.fd = pair[0];
  theirs.fd = pair[1];
  return {};
}

Result<std::string> find_program(const Command& command) {
  if (command.program.find('/') != std::string::npos) return command.program;
  const auto path = command.environment.find("PATH");
  bool forbidden = false;
  if (path != command.environment.end())
    for (const std::string_view directory : split(path->second, ':')) {
      // An empty or relative part would mean the working directory, which anybody may have filled.
      if (!directory.starts_with('/')) continue;
      std::string candidate = std::string(directory) + "/" + command.program;
      if (::access(candidate.c_str(), X_OK) == 0) return candidate;
      forbidden = forbidden || errno == EACCES;
    }
  if (forbidden) return Error(ErrorCode::forbidden, "program " + quote(command.program) + " in PATH is not executable");
  return Error(ErrorCode::not_found, "program " + quote(command.program) + " is not in PATH");
}

class Child {
 public:
  Child() = default;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid > 0) (void)stop();
  }
  // Ends the program with all that it has started.
  int stop() {
    ::kill(-pid, SIGKILL);
    return wait();
  }
  int wait() {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  pid_t pid = -1;
};

Status start(const Command& command, const std::string& path, Child& child, const End& in, const End& out,
             const End& err) {
  std::vector<std::string> words{command.program}, pairs;
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  for (const auto& [name, value] : command.environment) pairs.emplace_back(name).append("=").append(value);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
  };
  const std::vector<char*> arguments = pointers(words), environment = pointers(pairs);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, in.fd, 0);
  posix_spawn_file_actions_adddup2(&actions, out.fd, 1);
  posix_spawn_file_actions_adddup2(&actions, err.fd, 2);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  const int problem =
      ::posix_spawn(&child.pid, path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (problem == 0) return {};
  child.pid = -1;
  if (problem == ENOENT) return Error(ErrorCode::not_found, "no program " + quote(path));
  if (problem == EACCES || problem == ENOEXEC) return Error(ErrorCode::forbidden, "cannot run " + quote(path));
  return failed("cannot run " + quote(path), problem);
}

// Reads what is there; closes at the end. False when there is more than `limit`.
bool receive(End& end, std::string& into, std::size_t limit, bool cut) {
  char buffer[4096];
  const ssize_t count = ::read(end.fd, buffer, sizeof buffer);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) {
    end.close();
    return true;
  }
  const std::size_t taken = std::min(static_cast<std::size_t>(count), limit - into.size());
  into.append(buffer, taken);
  return cut || taken == static_cast<std::size_t>(count);
}

}  // namespace

Result<Output> run(const Command& command) {
  SUPPLY_TRY(const std::string path, find_program(command));
  Output result;
  Child child;
  End in, out, err;
  {
    End their_in, their_out, their_err;
    SUPPLY_TRY(connect(in, their_in));
    SUPPLY_TRY(connect(out, their_out));
    SUPPLY_TRY(connect(err, their_err));
    SUPPLY_TRY(start(command, path, child, their_in, their_out, their_err));
  }
  const auto until = std::chrono::steady_clock::now() + command.patience;
  std::string_view rest = command.input;
  if (rest.empty()) in.close();
  // Its end is when it has closed its output; a child of its own that keeps standard error open is not waited for.
  while (out.fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd fds[] = {{out.fd, POLLIN, 0}, {err.fd, POLLIN, 0}, {in.fd, POLLOUT, 0}};
    const int ready = left <= 0 ? 0 : ::poll(fds, 3, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return failed("cannot wait for a program", errno);
    if (left <= 0)
      return Error(ErrorCode::unavailable, "program " + quote(command.program) + " did not end within " +
                                               std::to_string(command.patience.count()) + " ms");
    if (ready <= 0) continue;
    if (fds[0].revents != 0 && !receive(out, result.output, command.output_limit, false))
      return Error(ErrorCode::limit_exceeded, "program " + quote(command.program) + " wrote more than " +
                                                  std::to_string(command.output_limit) + " bytes");
    if (err.fd >= 0 && fds[1].revents != 0) receive(err, result.errors, kErrorBytesKept, true);
    if (in.fd >= 0 && fds[2].revents != 0) {
      const ssize_t count = ::send(in.fd, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
      if (rest.empty() || (count < 0 && errno != EAGAIN && errno != EINTR)) in.close();
    }
  }
  // The output is closed; the program itself has the rest of the time to end.
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0)
      break;
    if (std::chrono::steady_clock::now() >= until)
      return Error(ErrorCode::unavailable, "program " + quote(command.program) + " did not end within " +
                                               std::to_string(command.patience.count()) + " ms");
    ::poll(nullptr, 0, 2);
  }
  while (err.fd >= 0) {
    pollfd fd{err.fd, POLLIN, 0};
    if (::poll(&fd, 1, 0) <= 0) break;
    receive(err, result.errors, kErrorBytesKept, true);
  }
  result.exit_code = child.wait();
  return result;
}

}  // namespace supply::process
