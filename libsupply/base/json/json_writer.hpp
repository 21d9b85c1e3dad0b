// Writes JSON whose members are in the order of the calls: documents that are signed or compared byte by byte, and
// large ones. What has its members in any order is a Value (see to_text()). One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/json/json.hpp"

namespace supply::json {

class JsonWriter {
 public:
  /// Appends to `text`, which outlives the writer.
  explicit JsonWriter(std::string& text) : buffer_(text) {}
  /// Makes the value that the text would be read as; `value` outlives the writer.
  explicit JsonWriter(Value& value) : buffer_(no_text_), root_(&value) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  bool writes_text() const { return root_ == nullptr; }

  void open(char bracket);  ///< '{' or '['
  void close(char bracket);
  void key(std::string_view name);
  void string(std::string_view value);
  void number(std::uint64_t value);
  void boolean(bool value);
  void null() { raw("null"); }
  /// A value that is JSON already, or elements of an open container with commas between, as they are.
  void raw(std::string_view json);
  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  /// An object of strings.
  template <class Map>
  void strings(const Map& members) {
    open('{');
    for (const auto& [name, value] : members) member(name, value);
    close('}');
  }
  /// A newline between elements, for readers that go by lines.
  void line();

 private:
  void separate();
  void literal(std::string_view value);
  Value* put(Value value);  // where it is now

  std::string no_text_;
  std::string& buffer_;
  bool first_ = true;  // the open container is empty so far
  bool after_key_ = false;
  Value* root_ = nullptr;
  std::vector<Value*> containers_;  // those that are open
  std::string key_;
};

}  // namespace supply::json
