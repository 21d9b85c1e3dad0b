#include "libsupply/base/json/json_places.hpp"

#include <nlohmann/json.hpp>
#include <vector>

#include "libsupply/base/json/json.hpp"

namespace supply::json {

// Goes over the text once, without recursion.
class PlacesReader {
 public:
  PlacesReader(std::string_view text, std::size_t depth, std::size_t bytes, Places& out)
      : text_(text), depth_(depth), left_(bytes), out_(out) {}

  void read() {
    out_.places_[""] = {1, 0, text_.size()};
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c == '"') {
        string();
        continue;
      }
      if (c == '{' || c == '[') open(c);
      else if (c == '}' || c == ']') close();
      else if (c == ',') next();
      else if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ':') begin_value();
      ++at_;
    }
  }

 private:
  struct Level {
    bool object = false;
    std::string pointer;     // of the container
    std::size_t index = 0;   // of an array's element
    bool has_value = false;  // the member or element has begun
    bool has_key = false;
    std::string value;   // pointer of the member or element
    bool known = true;   // the container has a place
    bool placed = true;  // the member or element has one
  };

  // Whether the member or element that begins gets a place, with a pointer of so many bytes more than its container's.
  bool place_of(Level& level, std::size_t more) {
    level.placed = level.known && levels_.size() <= depth_ && level.pointer.size() + more <= left_;
    if (level.placed) left_ -= level.pointer.size() + more;
    return level.placed;
  }

  void string() {
    const std::size_t begin = at_;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (!level.object || level.has_key) return begin_value_at(begin);
    level.has_key = level.has_value = true;
    if (!place_of(level, 1 + at_ - begin)) return;
    std::string key(text_.substr(begin + 1, at_ - begin - 2));
    if (key.find('\\') != std::string::npos)
      if (const auto decoded = parse(text_.substr(begin, at_ - begin)); decoded && decoded->is_string())
        key = decoded->get<std::string>();
    level.value = level.pointer + "/";
    for (const char c : key) level.value += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    out_.places_[level.value] = {line_, begin, at_};
  }

  void begin_value() { begin_value_at(at_); }

  void begin_value_at(std::size_t begin) {
    if (levels_.empty()) return;
    Level& level = levels_.back();
    if (level.has_value || level.object) return;
    level.has_value = true;
    constexpr std::size_t kIndexBytes = 8;
    if (!place_of(level, kIndexBytes)) return;
    level.value = level.pointer + "/" + std::to_string(level.index);
    out_.places_[level.value] = {line_, begin, begin};
  }

  void open(char c) {
    begin_value();
    Level level;
    level.object = c == '{';
    if (!levels_.empty()) level.known = levels_.back().placed;
    if (level.known && !levels_.empty()) level.pointer = levels_.back().value;
    levels_.push_back(std::move(level));
  }

  // The member or element ends before what is here.
  void end_value() {
    Level& level = levels_.back();
    if (!level.has_value || !level.placed) return;
    std::size_t end = at_;
    while (end > 0 && std::string_view(" \t\r\n").find(text_[end - 1]) != std::string_view::npos) --end;
    out_.places_[level.value].end = end;
  }

  void next() {
    if (levels_.empty()) return;
    end_value();
    Level& level = levels_.back();
    ++level.index;
    level.has_value = level.has_key = false;
  }

  void close() {
    if (levels_.empty()) return;
    end_value();
    levels_.pop_back();
  }

  std::string_view text_;
  std::size_t depth_, left_;
  Places& out_;
  std::size_t at_ = 0, line_ = 1;
  std::vector<Level> levels_;
};

Places Places::of(std::string_view text, std::size_t depth, std::size_t bytes) {
  Places places;
  PlacesReader(text, depth, bytes, places).read();
  return places;
}

TextSpan Places::at(std::string_view pointer) const {
  for (;;) {
    if (const auto place = places_.find(pointer); place != places_.end()) return place->second;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return {};
    pointer = pointer.substr(0, slash);
  }
}

}  // namespace supply::json
