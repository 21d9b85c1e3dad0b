#include "libsupply/base/json/json_writer.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/escape_hidden.hpp"

namespace supply::json {

void JsonWriter::separate() {
  if (!first_ && !after_key_) buffer_ += ',';
  first_ = after_key_ = false;
}

Value* JsonWriter::put(Value value) {
  if (containers_.empty()) {
    *root_ = std::move(value);
    return root_;
  }
  Value& container = *containers_.back();
  if (container.is_object()) return &(container[key_] = std::move(value));
  container.push_back(std::move(value));
  return &container.back();
}

void JsonWriter::open(char bracket) {
  if (root_ != nullptr) return containers_.push_back(put(bracket == '{' ? Value::object() : Value::array()));
  separate();
  buffer_ += bracket;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  if (root_ != nullptr) return containers_.pop_back();
  buffer_ += bracket;
  first_ = false;
}

namespace {

constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned char c = ' '; c <= '~'; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Whether the text is its literal, between quotes. Nearly all text is: it is not worth to stop at the first that is
// not.
bool is_plain(std::string_view text) {
  bool plain = true;
  for (const char c : text) plain &= kPlain[static_cast<unsigned char>(c)];
  return plain;
}

// The text as a reader of its literal has it: invalid UTF-8 is replaced.
Value text_value(std::string_view text) {
  return is_plain(text) ? Value(text) : Value::parse(to_literal(text), nullptr, false);
}

}  // namespace

void JsonWriter::literal(std::string_view value) {
  if (!is_plain(value)) {
    buffer_ += escape_hidden(to_literal(value));
    return;
  }
  buffer_ += '"';
  buffer_ += value;
  buffer_ += '"';
}

void JsonWriter::key(std::string_view name) {
  if (root_ != nullptr) {
    key_ = name;
    return;
  }
  separate();
  literal(name);
  buffer_ += ':';
  after_key_ = true;
}

void JsonWriter::string(std::string_view value) {
  if (root_ != nullptr) return static_cast<void>(put(text_value(value)));
  separate();
  literal(value);
}

void JsonWriter::number(std::uint64_t value) { raw(std::to_string(value)); }

void JsonWriter::boolean(bool value) { raw(value ? "true" : "false"); }

void JsonWriter::raw(std::string_view json) {
  if (root_ != nullptr) return static_cast<void>(put(Value::parse(json, nullptr, false)));
  separate();
  buffer_ += json;
}

void JsonWriter::line() {
  if (root_ == nullptr) buffer_ += '\n';
}

}  // namespace supply::json
