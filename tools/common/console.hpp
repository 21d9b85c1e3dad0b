// The terminal: stdout is the result, stderr the talk. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/text/text_style.hpp"
#include "tools/common/terminal.hpp"

namespace supply::tools {

enum class Talk { quiet, normal, verbose };

class Console {
 public:
  explicit Console(std::string program) : program_(std::move(program)) {}
  const std::string& program() const { return program_; }
  /// "sbom check": the verb that runs.
  const std::string& verb() const { return verb_; }
  void set_verb(std::string words) { verb_ = std::move(words); }
  void set_talk(Talk talk) { talk_ = talk; }
  Talk talk() const { return talk_; }
  void set_color(ColorMode mode) { color_ = mode; }

  /// How text for a person is written to stdout.
  TextStyle style() const;
  /// The same where it is written to a file: in colour with --color always alone.
  TextStyle style_of_file() const;

  /// A part of the result. It is written at once and in full, or finish() says why not.
  void print(std::string_view text);
  /// Whether any part of a result was: then no other document goes to stdout.
  bool has_printed() const { return printed_; }
  /// What happens, for a reader; silent with --quiet.
  void note(std::string_view text) const;
  /// Only with --verbose.
  void detail(std::string_view text) const;
  /// Something that a reader must know; said with --quiet too.
  void warn(std::string_view text) const;
  void error(const Error& error) const;
  /// Flushes stdout. Errors: unavailable, when the result could not be written (a full disk, a closed pipe).
  Status finish();

 private:
  std::string program_, verb_;
  Talk talk_ = Talk::normal;
  ColorMode color_ = ColorMode::automatic;
  bool printed_ = false, failed_ = false;
};

/// -o FORMAT[=FILE]: where a result goes in which form.
struct Output {
  std::string format;
  std::optional<std::string> file;  ///< absent or "-": stdout
};

/// Parses the values of -o. Errors: usage (an unknown format, the list of known ones said; two to stdout or to one
/// file).
Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& values,
                                          const std::vector<std::string>& formats);
/// Prints the text, or writes the file by rename.
Status deliver(Console& console, const Output& output, std::string_view text);

}  // namespace supply::tools
