#include "libsupply/base/json/json_writer.hpp"

#include <algorithm>

#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/limits/limits.hpp"

namespace supply::json {

void JsonWriter::separate() {
  if (!first_ && !after_key_) buffer_ += ',';
  first_ = after_key_ = false;
  if (buffer_.size() > 64 * kKiB) flush();
}

void JsonWriter::flush() {
  if (out_ == nullptr) return;
  if (!buffer_.empty()) (*out_)(buffer_);
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

void JsonWriter::literal(std::string_view value) {
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
  if (!plain) {
    buffer_ += escape_hidden(to_literal(value));
    return;
  }
  buffer_ += '"';
  buffer_ += value;
  buffer_ += '"';
}

void JsonWriter::key(std::string_view name) {
  separate();
  literal(name);
  buffer_ += ':';
  after_key_ = true;
}

void JsonWriter::string(std::string_view value) {
  separate();
  literal(value);
}

void JsonWriter::number(std::uint64_t value) { raw(std::to_string(value)); }

void JsonWriter::boolean(bool value) { raw(value ? "true" : "false"); }

void JsonWriter::raw(std::string_view json) {
  separate();
  buffer_ += json;
}

void JsonWriter::line() { buffer_ += '\n'; }

}  // namespace supply::json
