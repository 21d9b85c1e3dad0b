#include "libsupply/base/toml/toml.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::toml {

using Value = nlohmann::json;

struct Document::Impl {
  Value root = Value::object();
  std::map<std::string, std::size_t, std::less<>> lines;  // of tables and arrays, by JSON pointer
};

namespace {

namespace pp = ::toml;

// How deep brackets nest and how many parts a key has, before toml++ makes a table of each: it recurses over both.
// What is no TOML passes here as it may; the parser refuses it.
class DepthCheck {
 public:
  DepthCheck(std::string_view text, std::size_t limit) : text_(text), limit_(limit) {}

  bool holds() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      else if (c == '.') ++dots_;
      else if (c == '[' || c == '{') ++open_, dots_ = 0;
      else if ((c == ']' || c == '}') && open_ != 0) --open_;
      else if (c == '=' || c == ',') dots_ = 0;
      if (text_[at_] == '\n') dots_ = 0;
      if (open_ > limit_ || dots_ >= limit_) return false;
      ++at_;
    }
    return true;
  }

 private:
  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool multi_line = text_.substr(at_).starts_with(three);
    at_ += multi_line ? 3 : 1;
    while (at_ < text_.size()) {
      if (quote == '"' && text_[at_] == '\\') {
        at_ += 2;
      } else if (multi_line && text_.substr(at_).starts_with(three)) {
        at_ += 3;
        return;
      } else if (!multi_line && (text_[at_] == quote || text_[at_] == '\n')) {
        at_ += text_[at_] == quote ? 1 : 0;
        return;
      } else {
        ++at_;
      }
    }
  }

  std::string_view text_;
  std::size_t limit_, at_ = 0, open_ = 0, dots_ = 0;
};

std::string step(std::string_view key) {
  std::string out = "/";
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

template <class T>
std::string text_of(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

class Converter {
 public:
  Converter(std::map<std::string, std::size_t, std::less<>>& lines, std::size_t limit) : lines_(lines), left_(limit) {}

  bool full() const { return full_; }

  Value convert(const pp::node& node, const std::string& pointer) {
    if (full_ || left_ == 0) {
      full_ = true;
      return nullptr;
    }
    --left_;
    if (const auto* table = node.as_table()) {
      lines_[pointer] = node.source().begin.line;
      Value out = Value::object();
      for (const auto& [key, child] : *table) {
        const std::string_view name = key.str();
        out[std::string(name)] = convert(child, pointer + step(name));
      }
      return out;
    }
    if (const auto* array = node.as_array()) {
      lines_[pointer] = node.source().begin.line;
      Value out = Value::array();
      for (const auto& child : *array) {
        std::string below = pointer + "/" + std::to_string(out.size());
        out.push_back(convert(child, below));
      }
      return out;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* real = node.as_floating_point()) return real->get();
    if (const auto* truth = node.as_boolean()) return truth->get();
    if (const auto* date = node.as_date()) return text_of(date->get());
    if (const auto* time = node.as_time()) return text_of(time->get());
    if (const auto* both = node.as_date_time()) return text_of(both->get());
    return nullptr;
  }

 private:
  std::map<std::string, std::size_t, std::less<>>& lines_;
  std::size_t left_;
  bool full_ = false;
};

}  // namespace

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded,
                 "TOML has " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limits.bytes));
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "TOML is not UTF-8");
  if (!DepthCheck(text, limits.depth).holds())
    return Error(ErrorCode::limit_exceeded, "TOML is nested deeper than " + std::to_string(limits.depth) + " levels");
  const pp::parse_result parsed = pp::parse(text);
  if (!parsed) {
    const pp::parse_error& error = parsed.error();
    return Error(ErrorCode::malformed, "line " + std::to_string(error.source().begin.line) +
                                           ": not TOML: " + std::string(error.description()));
  }
  auto impl = std::make_unique<Impl>();
  Converter converter(impl->lines, limits.values);
  impl->root = converter.convert(parsed.table(), "");
  if (converter.full())
    return Error(ErrorCode::limit_exceeded, "TOML has more than " + std::to_string(limits.values) + " values");
  return Document(std::move(impl));
}

const Value& Document::root() const { return impl_->root; }

std::size_t Document::line_of(std::string_view pointer) const {
  for (;;) {
    if (const auto line = impl_->lines.find(pointer); line != impl_->lines.end())
      return std::max<std::size_t>(line->second, 1);
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return 1;
    pointer = pointer.substr(0, slash);
  }
}

}  // namespace supply::toml
