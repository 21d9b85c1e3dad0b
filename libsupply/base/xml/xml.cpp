#include "libsupply/base/xml/xml.hpp"

#include <expat.h>

#include <memory>
#include <optional>
#include <type_traits>

#include "libsupply/base/c_object/c_object.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::xml {
namespace {

using ParserPtr = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Deleter<XML_ParserFree>>;

// What the handlers build. Expat calls them through C: they return nothing and stop the parser at an error.
class Builder {
 public:
  Builder(XML_Parser parser, const ParseLimits& limits) : parser_(parser), limits_(limits) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, start, end);
    XML_SetCharacterDataHandler(parser, characters);
    XML_SetStartDoctypeDeclHandler(parser, doctype);
    XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER);
  }

  std::optional<Error>& error() { return error_; }
  Element take_root() { return std::move(root_); }

 private:
  static Builder& of(void* user) { return *static_cast<Builder*>(user); }

  void stop(ErrorCode code, std::string message) {
    if (!error_) error_.emplace(code, std::move(message));
    XML_StopParser(parser_, XML_FALSE);
  }

  static void XMLCALL start(void* user, const XML_Char* name, const XML_Char** attributes) {
    Builder& self = of(user);
    if (self.error_) return;
    std::size_t count = 1;
    for (const XML_Char** at = attributes; *at != nullptr; at += 2) ++count;
    if (self.open_.size() >= self.limits_.depth)
      return self.stop(ErrorCode::limit_exceeded, "elements nested deeper than " + std::to_string(self.limits_.depth));
    if (count > self.limits_.elements - self.elements_)
      return self.stop(ErrorCode::limit_exceeded,
                       "more than " + std::to_string(self.limits_.elements) + " elements and attributes");
    self.elements_ += count;
    Element* made = &self.root_;
    if (!self.open_.empty()) made = &self.open_.back()->children.emplace_back();
    made->name = name;
    made->line = static_cast<std::size_t>(XML_GetCurrentLineNumber(self.parser_));
    made->begin = static_cast<std::size_t>(XML_GetCurrentByteIndex(self.parser_));
    for (const XML_Char** at = attributes; *at != nullptr; at += 2) made->attributes.emplace_back(at[0], at[1]);
    self.open_.push_back(made);  // stays where it is until it ends: only the last open one gets children
  }

  static void XMLCALL end(void* user, const XML_Char*) {
    Builder& self = of(user);
    if (self.error_) return;
    // An empty element's end is its start tag's: Expat counts no bytes for it then.
    self.open_.back()->end = static_cast<std::size_t>(XML_GetCurrentByteIndex(self.parser_)) +
                             static_cast<std::size_t>(XML_GetCurrentByteCount(self.parser_));
    self.open_.pop_back();
  }

  static void XMLCALL characters(void* user, const XML_Char* text, int size) {
    Builder& self = of(user);
    if (!self.error_) self.open_.back()->text.append(text, static_cast<std::size_t>(size));
  }

  static void XMLCALL doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    of(user).stop(ErrorCode::unsupported, "a document type declaration, which is not read");
  }

  XML_Parser parser_;
  const ParseLimits& limits_;
  Element root_;
  std::vector<Element*> open_;
  std::size_t elements_ = 0;
  std::optional<Error> error_;
};

std::string place_of(XML_Parser parser) {
  return "line " + std::to_string(XML_GetCurrentLineNumber(parser)) + ", column " +
         std::to_string(XML_GetCurrentColumnNumber(parser) + 1);
}

}  // namespace

std::string_view Element::local_name() const {
  const std::string_view all = name;
  const std::size_t colon = all.rfind(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

const Element* Element::child(std::string_view wanted) const {
  for (const Element& each : children)
    if (each.local_name() == wanted) return &each;
  return nullptr;
}

std::string_view Element::text_of(std::string_view wanted) const {
  const Element* found = child(wanted);
  return found == nullptr ? std::string_view() : trim(found->text);
}

Result<Element> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes)
    return Error(ErrorCode::limit_exceeded,
                 "a document of " + std::to_string(text.size()) + " bytes, more than " + std::to_string(limits.bytes));
  const ParserPtr parser(XML_ParserCreate(nullptr));
  if (!parser) return Error(ErrorCode::internal, "no memory for an XML parser");
  Builder builder(parser.get(), limits);
  // One part, not larger than the limit: its size fits an int.
  static_assert(kMaxXmlBytes <= 1U << 30);
  const XML_Status status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
  if (builder.error()) return std::move(*builder.error()).at(place_of(parser.get()));
  if (status != XML_STATUS_OK) {
    const XML_Error error = XML_GetErrorCode(parser.get());
    const ErrorCode code = error == XML_ERROR_UNKNOWN_ENCODING ? ErrorCode::unsupported : ErrorCode::malformed;
    return Error(code, XML_ErrorString(error)).at(place_of(parser.get()));
  }
  return builder.take_root();
}

}  // namespace supply::xml
