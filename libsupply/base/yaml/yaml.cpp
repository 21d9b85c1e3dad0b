#include "libsupply/base/yaml/yaml.hpp"

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/place_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/yaml/internal/event_parser.hpp"

namespace supply::yaml {

using Value = nlohmann::json;

namespace {

struct LineColumn {
  std::size_t line = 1, column = 1;
};
using Places = std::map<std::string, LineColumn, std::less<>>;  ///< by JSON pointer

}  // namespace

struct Document::Impl {
  Value root;
  Places places;

  /// The nearest place at or above the pointer.
  LineColumn place_of(std::string_view pointer) const;
};

namespace {

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

class Builder {
 public:
  Builder(std::string_view text, Value& root, Places& places) : parser_(text), root_(root), places_(places) {}

  Status build() {
    for (std::size_t documents = 0;;) {
      ParserEvent event;
      SUPPLY_TRY(parser_.next(event));
      switch (event->type) {
        case YAML_STREAM_END_EVENT: return {};
        case YAML_DOCUMENT_START_EVENT:
          if (++documents > 1) return Error(ErrorCode::malformed, "YAML has more than one document");
          break;
        case YAML_ALIAS_EVENT: return wrong(event, "an alias (*name) is not taken here");
        case YAML_SCALAR_EVENT: SUPPLY_TRY(take_scalar(event)); break;
        case YAML_SEQUENCE_START_EVENT:
          SUPPLY_TRY(refuse_extras(event, event->data.sequence_start.anchor, event->data.sequence_start.tag));
          SUPPLY_TRY(open(event, Value::array()));
          break;
        case YAML_MAPPING_START_EVENT:
          SUPPLY_TRY(refuse_extras(event, event->data.mapping_start.anchor, event->data.mapping_start.tag));
          SUPPLY_TRY(open(event, Value::object()));
          break;
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT: levels_.pop_back(); break;
        default: break;  // where the stream begins, and where a document ends: nothing is kept of them
      }
    }
  }

 private:
  struct Level {
    Value* container;
    std::string pointer;
    std::optional<std::string> key;
    bool known = true;  // the container has a place
  };
  struct Added {
    Value* value;
    std::string pointer;
    bool known = true;
  };

  // The place of a value, where its container has one; a long key is in the pointers of all below it. False: it has the
  // place of the nearest one above.
  bool keep(std::string& pointer, const ParserEvent& event, std::string_view step) {
    const Level& level = levels_.back();
    const std::size_t bytes = level.pointer.size() + 1 + step.size();
    if (!level.known || bytes > left_) return false;
    left_ -= bytes;
    pointer = level.pointer + "/" + pointer_step(step);
    places_.emplace(pointer, place_of(event));
    return true;
  }

  static LineColumn place_of(const ParserEvent& event) {
    return {event->start_mark.line + 1, event->start_mark.column + 1};
  }

  static Error wrong(const ParserEvent& event, const std::string& why, ErrorCode code = ErrorCode::malformed) {
    return Error(code, "line " + std::to_string(place_of(event).line) + ": " + why);
  }

  static Status refuse_extras(const ParserEvent& event, const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) return wrong(event, "an anchor (&name) is not taken here");
    if (tag != nullptr) return wrong(event, "a tag " + quote(text_of(tag)) + " is not taken here");
    return {};
  }

  Status take_scalar(const ParserEvent& event) {
    const auto& scalar = event->data.scalar;
    SUPPLY_TRY(refuse_extras(event, scalar.anchor, scalar.tag));
    std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (text.find('\0') != std::string::npos) return wrong(event, "a NUL in a text");
    const bool is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (wants_key()) {
      if (text == "<<" && is_plain) return wrong(event, "a merge key (<<) is not taken here");
      return take_key(event, std::move(text));
    }
    SUPPLY_TRY(add(event, is_plain ? plain_scalar(text) : Value(std::move(text))));
    return {};
  }

  bool wants_key() const { return !levels_.empty() && levels_.back().container->is_object() && !levels_.back().key; }

  Status take_key(const ParserEvent& event, std::string key) {
    SUPPLY_TRY(count(event));
    if (levels_.back().container->contains(key)) return wrong(event, "duplicate key " + quote(key));
    // A member's line is its key's: the value of a block mapping starts further down.
    key_known_ = keep(key_pointer_, event, key);
    levels_.back().key = std::move(key);
    return {};
  }

  Status count(const ParserEvent& event) {
    if (++nodes_ > kMaxYamlNodes)
      return wrong(event, "YAML has more than " + std::to_string(kMaxYamlNodes) + " values", ErrorCode::limit_exceeded);
    return {};
  }

  Result<Added> add(const ParserEvent& event, Value value) {
    SUPPLY_TRY(count(event));
    if (wants_key()) return wrong(event, "a key must be a plain text");
    if (levels_.empty()) {
      root_ = std::move(value);
      places_[""] = place_of(event);
      return Added{&root_, ""};
    }
    Level& level = levels_.back();
    if (level.container->is_array()) {
      std::string pointer;
      const bool known = keep(pointer, event, std::to_string(level.container->size()));
      level.container->push_back(std::move(value));
      return Added{&level.container->back(), std::move(pointer), known};
    }
    Value& member = (*level.container)[*level.key];
    member = std::move(value);
    level.key.reset();
    return Added{&member, std::move(key_pointer_), key_known_};
  }

  Status open(const ParserEvent& event, Value container) {
    if (levels_.size() >= kMaxYamlDepth)
      return wrong(event, "YAML is nested deeper than " + std::to_string(kMaxYamlDepth) + " levels",
                   ErrorCode::limit_exceeded);
    SUPPLY_TRY(Added added, add(event, std::move(container)));
    levels_.push_back({added.value, std::move(added.pointer), std::nullopt, added.known});
    return {};
  }

  EventParser parser_;
  Value& root_;
  Places& places_;
  std::vector<Level> levels_;  // containers stay in place: a parent grows only when no child of it is open
  std::size_t nodes_ = 0, left_ = kMaxPlaceBytes;
  std::string key_pointer_;  // of the member whose key was taken last
  bool key_known_ = false;
};

}  // namespace

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
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  auto impl = std::make_unique<Impl>();
  SUPPLY_TRY(Builder(text, impl->root, impl->places).build());
  return Document(std::move(impl));
}

const Value& Document::root() const { return impl_->root; }

LineColumn Document::Impl::place_of(std::string_view pointer) const {
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
