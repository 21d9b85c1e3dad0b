#include "libsupply/base/yaml/internal/event_parser.hpp"

namespace supply::yaml {

EventParser::EventParser(std::string_view text) {
  yaml_parser_initialize(&parser_);
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

Status EventParser::next(ParserEvent& event) {
  if (yaml_parser_parse(&parser_, &event.event_) == 1) return {};
  if (parser_.error == YAML_MEMORY_ERROR) return Error(ErrorCode::internal, "out of memory");
  const yaml_mark_t& mark = parser_.error == YAML_READER_ERROR ? parser_.mark : parser_.problem_mark;
  return Error(ErrorCode::malformed,
               "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) +
                   ": not YAML: " + (parser_.problem == nullptr ? "cannot be read" : parser_.problem));
}

}  // namespace supply::yaml
