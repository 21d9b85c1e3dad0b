// Runs a command and prints what it needed to standard error's stead, file descriptor 3: seconds and the peak of
// resident memory in KiB. A child of a big process would have that process's memory counted as its own peak; a child of
// this one has not.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(3);
    ::execvp(argv[1], argv + 1);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) return 126;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ::dprintf(3, "%.6f %ld\n", seconds, usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
