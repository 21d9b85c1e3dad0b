#include "tools/common/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/command_line.hpp"

namespace supply::tools {
namespace {

void say(std::string_view prefix, std::string_view text) {
  // Names from images and files are in what is said: no escape sequence of theirs reaches the terminal.
  const std::string line = std::string(prefix) + join(lines(text), "\n", escape_for_terminal) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

// One name for one file, however it is spelled.
std::string identity_of(const std::string& file) {
  std::error_code failed;
  const std::filesystem::path plain = std::filesystem::weakly_canonical(std::filesystem::absolute(file), failed);
  return failed ? file : plain.string();
}

}  // namespace

TextStyle Console::style() const { return {shows_colors(color_, STDOUT_FILENO), talk_ == Talk::verbose}; }

TextStyle Console::style_of_file() const { return {color_ == ColorMode::always, talk_ == Talk::verbose}; }

void Console::print(std::string_view text) {
  printed_ = true;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failed_ = true;
}

void Console::note(std::string_view text) const {
  if (talk_ != Talk::quiet) say("", text);
}

void Console::detail(std::string_view text) const {
  if (talk_ == Talk::verbose) say("", text);
}

void Console::warn(std::string_view text) const { say(program_ + ": warning: ", text); }

void Console::error(const Error& error) const { say(program_ + ": ", error.message()); }

Status Console::finish() {
  if (std::fflush(stdout) != 0 || failed_) return Error(ErrorCode::unavailable, "standard output cannot be written");
  return {};
}

Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& values,
                                          const std::vector<std::string>& formats) {
  std::vector<Output> outputs;
  bool to_stdout = false;
  std::set<std::string> files;
  for (const std::string& value : values) {
    const std::size_t equals = value.find('=');
    Output output{value.substr(0, equals), std::nullopt};
    if (std::find(formats.begin(), formats.end(), output.format) == formats.end()) {
      const std::string meant = output.format.find('/') == std::string::npos && !output.format.ends_with(".json")
                                    ? did_you_mean(output.format, formats)
                                    : ": a file is named as -o " + formats.front() + "=FILE";
      return Error(ErrorCode::usage,
                   "--output " + quote(value) + ": no such format (there are " + join(formats, ", ") + ")" + meant);
    }
    const std::string file = equals == std::string::npos ? "-" : value.substr(equals + 1);
    if (file.empty()) return Error(ErrorCode::usage, "--output " + quote(value) + ": no file behind '='");
    if (file == "-") {
      if (to_stdout) return Error(ErrorCode::usage, "--output: two results cannot both go to standard output");
      to_stdout = true;
    } else {
      if (!files.insert(identity_of(file)).second)
        return Error(ErrorCode::usage, "--output " + quote(value) + ": two results cannot both go to one file");
      output.file = file;
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

Status deliver(Console& console, const Output& output, std::string_view text) {
  if (output.file) return io::write_file(*output.file, text).at("--output " + quote(output.format));
  console.print(text);
  return {};
}

}  // namespace supply::tools
