#include "tools/common/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "tools/common/command.hpp"

namespace supply::tools {
namespace {

constexpr std::size_t kAnswerBytes = 1024;

bool is_set(const char* variable) {
  const std::optional<std::string> value = environment(variable);
  return value && !value->empty();
}

}  // namespace

ColorMode parse_color_mode(std::string_view text) {
  return text == "always" ? ColorMode::always : text == "never" ? ColorMode::never : ColorMode::automatic;
}

bool shows_colors(ColorMode mode, int descriptor) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  return !is_set("NO_COLOR") && ::isatty(descriptor) != 0 && is_set("TERM") && environment("TERM") != "dumb";
}

std::optional<std::string> ask_secret(std::string_view question) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  termios before{};
  if (::tcgetattr(terminal, &before) != 0) {
    ::close(terminal);
    return std::nullopt;
  }
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(terminal, TCSAFLUSH, &silent);
  std::string answer;
  bool ended = ::write(terminal, question.data(), question.size()) < 0;
  while (!ended && answer.size() < kAnswerBytes) {
    char c = 0;
    if (::read(terminal, &c, 1) != 1 || c == '\n') ended = true;
    else answer += c;
  }
  ::tcsetattr(terminal, TCSAFLUSH, &before);
  (void)!::write(terminal, "\n", 1);
  ::close(terminal);
  return answer;
}

}  // namespace supply::tools
