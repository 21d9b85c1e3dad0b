// libyaml's parser and its events, freed when they go. For the .cpp files of this room.
#pragma once

#include <yaml.h>

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::yaml {

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Absent is empty.
inline std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

class ParserEvent {
 public:
  ParserEvent() = default;
  ParserEvent(const ParserEvent&) = delete;
  ParserEvent& operator=(const ParserEvent&) = delete;
  ~ParserEvent() { yaml_event_delete(&event_); }

  const yaml_event_t* operator->() const { return &event_; }
  const yaml_event_t& operator*() const { return event_; }

 private:
  friend class EventParser;
  yaml_event_t event_{};
};

/// Reads a view, which outlives it.
class EventParser {
 public:
  explicit EventParser(std::string_view text);
  EventParser(const EventParser&) = delete;
  EventParser& operator=(const EventParser&) = delete;
  ~EventParser() { yaml_parser_delete(&parser_); }

  /// The next event into an empty one. Errors: malformed ("line 4, column 2: not YAML: …"), internal.
  Status next(ParserEvent& event);

 private:
  yaml_parser_t parser_;
};

}  // namespace supply::yaml
