#include "libsupply/base/yaml/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <vector>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::yaml {

using Value = nlohmann::json;

namespace {

struct Place {
  std::size_t line = 1, column = 1;
};
using Places = std::map<std::string, Place, std::less<>>;  ///< by JSON pointer

}  // namespace

struct Document::Impl {
  Value root;
  Places places;

  /// The nearest place at or above the pointer.
  Place place_of(std::string_view pointer) const;
  void build(std::string_view text);
};

namespace {

// Thrown out of yaml-cpp's parser, and caught below: its handlers have no other way to stop it.
struct Stop {
  Error error;
};

// yaml-cpp takes the end of the input for a closing quote. So a comment is put behind what is read: a scalar that has
// swallowed it was never closed.
constexpr std::string_view kEnd = "\n# supply: end of input\n";
constexpr std::string_view kEndMark = "# supply: end of input";

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// A plain scalar by the core schema. Source: YAML 1.2.2, section 10.3.2.
Value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  std::string_view digits = text;
  if (digits.front() == '-' || digits.front() == '+') digits.remove_prefix(1);
  const char* begin = text.data() + (text.front() == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  if (is_digits(digits)) {
    std::int64_t number = 0;
    if (const auto [at, failed] = std::from_chars(begin, end, number); failed == std::errc() && at == end)
      return number;
    return text;  // too large for a number: what was written is kept
  }
  if (digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
      digits.find_first_of("0123456789") != std::string_view::npos) {
    double number = 0;
    if (const auto [at, failed] = std::from_chars(begin, end, number); failed == std::errc() && at == end)
      return number;
  }
  return text;
}

class Builder : public YAML::EventHandler {
 public:
  Builder(Value& root, Places& places) : root_(root), places_(places) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    add(mark, nullptr);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { stop(mark, "an alias (*name) is not taken here"); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_extras(mark, tag, anchor);
    if (text.find(kEndMark) != std::string::npos) stop(mark, "not YAML: a quoted text is not closed");
    const bool quoted = tag == "!";
    if (wants_key()) {
      if (text == "<<" && !quoted) stop(mark, "a merge key (<<) is not taken here");
      take_key(mark, text);
      return;
    }
    add(mark, quoted ? Value(text) : plain_scalar(text));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    open(mark, Value::array());
  }
  void OnSequenceEnd() override { levels_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    open(mark, Value::object());
  }
  void OnMapEnd() override { levels_.pop_back(); }

 private:
  struct Level {
    Value* container;
    std::string pointer;
    std::optional<std::string> key;
  };

  [[noreturn]] static void stop(const YAML::Mark& mark, const std::string& why, ErrorCode code = ErrorCode::malformed) {
    throw Stop{Error(code, "line " + std::to_string(mark.line + 1) + ": " + why)};
  }

  static void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) stop(mark, "an anchor (&name) is not taken here");
    // yaml-cpp says "?" of what is plain and "!" of what is quoted.
    if (!tag.empty() && tag != "?" && tag != "!") stop(mark, "a tag " + quote(tag) + " is not taken here");
  }

  static Place place(const YAML::Mark& mark) {
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
  }

  bool wants_key() const { return !levels_.empty() && levels_.back().container->is_object() && !levels_.back().key; }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    count(mark);
    if (levels_.back().container->contains(key)) stop(mark, "duplicate key " + quote(key));
    levels_.back().key = key;
    // A member's line is its key's: the value of a block mapping starts further down.
    places_[levels_.back().pointer + "/" + pointer_step(key)] = place(mark);
  }

  void count(const YAML::Mark& mark) {
    if (++nodes_ > kMaxYamlNodes)
      stop(mark, "YAML has more than " + std::to_string(kMaxYamlNodes) + " values", ErrorCode::limit_exceeded);
  }

  std::pair<Value*, std::string> add(const YAML::Mark& mark, Value value) {
    count(mark);
    if (wants_key()) stop(mark, "a key must be a plain text");
    if (levels_.empty()) {
      root_ = std::move(value);
      places_[""] = place(mark);
      return {&root_, ""};
    }
    Level& level = levels_.back();
    if (level.container->is_array()) {
      std::string pointer = level.pointer + "/" + std::to_string(level.container->size());
      places_[pointer] = place(mark);
      level.container->push_back(std::move(value));
      return {&level.container->back(), std::move(pointer)};
    }
    std::string pointer = level.pointer + "/" + pointer_step(*level.key);
    Value& member = (*level.container)[*level.key];
    member = std::move(value);
    level.key.reset();
    return {&member, std::move(pointer)};
  }

  void open(const YAML::Mark& mark, Value container) {
    if (levels_.size() >= kMaxYamlDepth)
      stop(mark, "YAML is nested deeper than " + std::to_string(kMaxYamlDepth) + " levels", ErrorCode::limit_exceeded);
    auto [value, pointer] = add(mark, std::move(container));
    levels_.push_back({value, std::move(pointer), std::nullopt});
  }

  Value& root_;
  Places& places_;
  std::vector<Level> levels_;  // containers stay in place: a parent grows only when no child of it is open
  std::size_t nodes_ = 0;
};

}  // namespace

void Document::Impl::build(std::string_view text) {
  std::istringstream stream(std::string(text).append(kEnd));
  YAML::Parser parser(stream);
  Builder builder(root, places);
  if (!parser.HandleNextDocument(builder)) return;
  Impl second;
  Builder ignored(second.root, second.places);
  if (parser.HandleNextDocument(ignored)) throw Stop{Error(ErrorCode::malformed, "YAML has more than one document")};
}

Document::Document(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
  if (text.size() > kMaxYamlBytes)
    return Error(ErrorCode::limit_exceeded,
                 "YAML has " + std::to_string(text.size()) + " bytes, more than " + std::to_string(kMaxYamlBytes));
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "YAML is not UTF-8");
  if (text.find('\0') != std::string_view::npos) return Error(ErrorCode::malformed, "YAML has a NUL byte");
  auto impl = std::make_unique<Impl>();
  try {
    impl->build(text);
  } catch (Stop& stopped) {
    return std::move(stopped.error);
  } catch (const YAML::Exception& error) {
    return Error(ErrorCode::malformed, "line " + std::to_string(error.mark.line + 1) + ": not YAML: " + error.msg);
  } catch (const std::exception&) {
    return Error(ErrorCode::malformed, "not YAML");
  }
  return Document(std::move(impl));
}

const Value& Document::root() const { return impl_->root; }

Place Document::Impl::place_of(std::string_view pointer) const {
  for (;;) {
    if (const auto place = places.find(pointer); place != places.end()) return place->second;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return {};
    pointer = pointer.substr(0, slash);
  }
}

std::size_t Document::line_of(std::string_view pointer) const { return impl_->place_of(pointer).line; }
std::size_t Document::column_of(std::string_view pointer) const { return impl_->place_of(pointer).column; }

std::string pointer_step(std::string_view key) {
  std::string step;
  for (const char c : key) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

}  // namespace supply::yaml
