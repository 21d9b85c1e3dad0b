#include "libsupply/content/sbom/internal/json_writer.hpp"

#include <algorithm>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"

namespace supply::sbom {

void JsonWriter::separate() {
  if (!first_ && !after_key_) buffer_ += ',';
  first_ = after_key_ = false;
  if (buffer_.size() > 64 * kKiB) flush();
}

void JsonWriter::flush() {
  if (!buffer_.empty()) out_(buffer_);
  buffer_.clear();
}

void JsonWriter::open(char bracket) {
  separate();
  buffer_ += bracket;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  buffer_ += bracket;
  first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  buffer_ += '"';
  buffer_ += name;
  buffer_ += "\":";
  after_key_ = true;
}

void JsonWriter::string(std::string_view value) {
  separate();
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (!plain) {
    buffer_ += json::to_literal(value);
    return;
  }
  buffer_ += '"';
  buffer_ += value;
  buffer_ += '"';
}

void JsonWriter::boolean(bool value) {
  separate();
  buffer_ += value ? "true" : "false";
}

void JsonWriter::line() { buffer_ += '\n'; }

}  // namespace supply::sbom
