#include "libsupply/base/json/json.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/json/internal/json_scanner.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::json {
namespace {

// Reads characters for nlohmann's lexer and notes how far it came, so that every error has a position.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  const char& operator*() const { return *at_; }
  Cursor& operator++() {
    ++at_;
    *furthest_ = at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }
  bool operator!=(const Cursor& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

std::string position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return "line " + std::to_string(line) + " column " + std::to_string(std::max<std::size_t>(column, 1));
}

// Builds the value from the parser's events; stops at a duplicate key or too deep a nesting.
class Builder : public nlohmann::json_sax<Value> {
 public:
  Builder(std::string_view text, const char** furthest, const Limits& limits)
      : text_(text), furthest_(furthest), limits_(limits) {}

  Value take() { return std::move(root_); }
  const std::optional<Error>& failure() const { return failure_; }

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override { return add(value) != nullptr; }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return fail(ErrorCode::internal, "JSON has a binary value"); }
  bool start_object(std::size_t) override { return open(Value::object()); }
  bool start_array(std::size_t) override { return open(Value::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    auto& object = open_.back()->get_ref<Value::object_t&>();
    const auto [place, is_new] = object.emplace(std::move(name), nullptr);
    if (!is_new && limits_.duplicate_keys == DuplicateKeys::refused)
      return fail(ErrorCode::malformed, "duplicate key " + quote(place->first));
    member_ = &place->second;
    return true;
  }

  bool parse_error(std::size_t offset, const std::string&, const nlohmann::detail::exception& error) override {
    std::string_view why = error.what();
    if (const std::size_t at = why.find("- "); at != std::string_view::npos) why.remove_prefix(at + 2);
    else if (const std::size_t end = why.find("] "); end != std::string_view::npos) why.remove_prefix(end + 2);
    // The parser quotes what it read last; foreign bytes reach a message only through quote().
    if (const std::size_t last = why.find("; last read"); last != std::string_view::npos) why = why.substr(0, last);
    failure_.emplace(ErrorCode::malformed, position(text_, std::min(offset, text_.size())) +
                                               ": not JSON: " + (is_utf8(why) ? std::string(why) : quote(why)));
    return false;
  }

 private:
  bool fail(ErrorCode code, const std::string& why) {
    failure_.emplace(code, position(text_, static_cast<std::size_t>(*furthest_ - text_.data())) + ": " + why);
    return false;
  }

  Value* add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      auto& array = open_.back()->get_ref<Value::array_t&>();
      array.push_back(std::move(value));
      return &array.back();
    }
    *member_ = std::move(value);
    return member_;
  }

  bool open(Value container) {
    if (open_.size() >= limits_.depth)
      return fail(ErrorCode::limit_exceeded, "JSON is nested deeper than " + std::to_string(limits_.depth) + " levels");
    open_.push_back(add(std::move(container)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const char** furthest_;
  Limits limits_;
  Value root_;
  std::vector<Value*> open_;  // stays valid: a container's elements move only while none of them is open
  Value* member_ = nullptr;
  std::optional<Error> failure_;
};

Error wrong_type(std::string_view key, std::string_view want) {
  return Error(ErrorCode::malformed, "member " + quote(key) + ": want " + std::string(want));
}

Error missing(std::string_view key) { return Error(ErrorCode::malformed, "member " + quote(key) + " is missing"); }

}  // namespace

Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded,
                 "JSON has " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limits.bytes));
  // RFC 8259 section 8.1 lets a reader ignore it; signed and digested documents must look the same to every reader.
  if (text.starts_with("\xef\xbb\xbf")) return Error(ErrorCode::malformed, "not JSON: begins with a byte order mark");
  if (std::optional<Value> read = internal::scan(text, limits)) return *std::move(read);
  const char* furthest = text.data();
  Builder builder(text, &furthest, limits);
  const bool parsed = Value::sax_parse(Cursor(text.data(), &furthest), Cursor(text.data() + text.size(), &furthest),
                                       &builder, nlohmann::detail::input_format_t::json, true, false);
  if (builder.failure()) return *builder.failure();
  if (!parsed) return Error(ErrorCode::malformed, "not JSON");
  // nlohmann's lexer takes a NUL for the end, and what is behind it would not be seen.
  if (const std::size_t end = text.find('\0'); end != std::string_view::npos)
    return Error(ErrorCode::malformed, position(text, end) + ": not JSON: a byte 0x00 after the value");
  return builder.take();
}

std::string to_text(const Value& value) { return value.dump(-1, ' ', false, Value::error_handler_t::replace); }

std::string to_pretty_text(const Value& value) {
  return escape_hidden(value.dump(2, ' ', false, Value::error_handler_t::replace)) + "\n";
}

std::string to_literal(std::string_view text) { return to_text(Value(std::string(text))); }

const Value* find(const Value& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto& members = object.get_ref<const Value::object_t&>();
  const auto member = members.find(key);
  return member == members.end() || member->second.is_null() ? nullptr : &member->second;
}

Result<std::string> require_string(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member == nullptr) return missing(key);
  if (!member->is_string()) return wrong_type(key, "a string");
  return member->get<std::string>();
}

Result<std::optional<std::string>> optional_string(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member == nullptr) return std::optional<std::string>();
  if (!member->is_string()) return wrong_type(key, "a string");
  return std::optional(member->get<std::string>());
}

Result<std::string> string_or_empty(const Value& object, std::string_view key) {
  SUPPLY_TRY(const std::optional<std::string> text, optional_string(object, key));
  return text.value_or("");
}

Result<std::int64_t> require_integer(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member == nullptr) return missing(key);
  if (!member->is_number_integer()) return wrong_type(key, "a whole number");
  if (member->is_number_unsigned() && member->get<std::uint64_t>() > std::uint64_t{INT64_MAX})
    return wrong_type(key, "a whole number under 2^63");
  return member->get<std::int64_t>();
}

Result<std::optional<bool>> optional_bool(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member == nullptr) return std::optional<bool>();
  if (!member->is_boolean()) return wrong_type(key, "true or false");
  return std::optional(member->get<bool>());
}

Result<const Value*> optional_object(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member != nullptr && !member->is_object()) return wrong_type(key, "an object");
  return member;
}

Result<const Value*> optional_array(const Value& object, std::string_view key) {
  const Value* member = find(object, key);
  if (member != nullptr && !member->is_array()) return wrong_type(key, "an array");
  return member;
}

Result<std::vector<std::string>> string_list(const Value& object, std::string_view key) {
  SUPPLY_TRY(const Value* array, optional_array(object, key));
  std::vector<std::string> list;
  if (array == nullptr) return list;
  for (const Value& element : *array) {
    if (!element.is_string()) return wrong_type(key, "an array of strings");
    list.push_back(element.get<std::string>());
  }
  return list;
}

}  // namespace supply::json
