// Writes JSON as it is made, so that a document of tens of megabytes is never held whole. Keys stand in the order of
// the calls. One thread.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

class JsonWriter {
 public:
  explicit JsonWriter(const Out& out) : out_(out) {}
  ~JsonWriter() { flush(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void open(char bracket);  ///< '{' or '['
  void close(char bracket);
  void key(std::string_view name);
  void string(std::string_view value);
  void boolean(bool value);
  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  /// A newline between elements, where a reader is glad of it.
  void line();

 private:
  void separate();
  void flush();
  const Out& out_;
  std::string buffer_;
  bool first_ = true;  // nothing stands in the open container yet
  bool after_key_ = false;
};

}  // namespace supply::sbom
