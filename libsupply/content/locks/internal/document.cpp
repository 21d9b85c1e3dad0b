#include "libsupply/content/locks/internal/document.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json_places.hpp"
#include "libsupply/base/toml/toml.hpp"
#include "libsupply/base/yaml/yaml.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

constexpr std::size_t kPlacesDepth = 2;

std::size_t indent_of(std::string_view line) {
  const std::size_t at = line.find_first_not_of(' ');
  return at == std::string_view::npos ? std::string_view::npos : at;
}

// Comments, and commas before a closing bracket, as spaces: every byte stays where it is.
std::string without_comments(std::string_view text) {
  std::string out(text);
  std::size_t comma = std::string::npos;
  for (std::size_t at = 0; at < out.size(); ++at) {
    const char c = out[at];
    if (c == '"') {
      comma = std::string::npos;
      for (++at; at < out.size() && out[at] != '"'; ++at)
        if (out[at] == '\\') ++at;
    } else if (c == '/' && at + 1 < out.size() && (out[at + 1] == '/' || out[at + 1] == '*')) {
      const bool line = out[at + 1] == '/';
      std::size_t end = line ? out.find('\n', at) : out.find("*/", at + 2);
      if (end == std::string::npos) {
        if (!line) return out;  // never closed: no JSON
        end = out.size();
      } else if (!line) {
        end += 2;
      }
      for (; at < end; ++at)
        if (out[at] != '\n') out[at] = ' ';
      --at;
    } else if (c == ',') {
      comma = at;
    } else if (c == '}' || c == ']') {
      if (comma != std::string::npos) out[comma] = ' ';
      comma = std::string::npos;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      comma = std::string::npos;
    }
  }
  return out;
}

}  // namespace

Span lines_from(std::string_view text, std::size_t line, const std::function<bool(std::string_view)>& belongs) {
  std::size_t begin = 0;
  for (std::size_t at = 1; at < line && begin < text.size(); ++at) {
    const std::size_t end = text.find('\n', begin);
    begin = end == std::string_view::npos ? text.size() : end + 1;
  }
  std::size_t end = text.find('\n', begin);
  end = end == std::string_view::npos ? text.size() : end + 1;
  for (std::size_t at = end; at < text.size();) {
    std::size_t next = text.find('\n', at);
    next = next == std::string_view::npos ? text.size() : next + 1;
    if (!belongs(text.substr(at, next - at))) break;
    at = end = next;
  }
  return {line, begin, end};
}

std::string pointer_to(std::string_view above, std::string_view key) {
  return std::string(above) + "/" + yaml::pointer_step(key);
}

Result<Document> Document::made(std::shared_ptr<const json::Value> root,
                                std::function<Span(std::string_view)> span_of) {
  if (!root->is_object()) return Error(ErrorCode::malformed, "line 1: want an object with members");
  Document out;
  out.root_ = std::move(root);
  out.span_of_ = std::move(span_of);
  return out;
}

Status Document::check_arrays(std::initializer_list<const char*> names) const {
  for (const char* name : names)
    if (const json::Value* found = json::find(root(), name);
        found != nullptr && !found->is_null() && !found->is_array())
      return wrong_at(span_of(pointer_to("", name)), std::string(name) + " is no list");
  return {};
}

Status Document::check_objects(std::initializer_list<const char*> names) const {
  for (const char* name : names)
    if (const json::Value* found = json::find(root(), name);
        found != nullptr && !found->is_null() && !found->is_object())
      return wrong_at(span_of(pointer_to("", name)), std::string(name) + " is no object");
  return {};
}

Result<Document> Document::from_json(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  SUPPLY_TRY(auto root, json::parse(text));
  auto places = std::make_shared<const json::Places>(json::Places::of(text, kPlacesDepth));
  return made(std::make_shared<const json::Value>(std::move(root)),
              [places](std::string_view pointer) { return places->at(pointer); });
}

Result<Document> Document::from_jsonc(std::string_view text) { return from_json(without_comments(text)); }

Result<Document> Document::from_yaml(std::string_view text) {
  SUPPLY_TRY(auto parsed, yaml::Document::parse(text));
  auto document = std::make_shared<const yaml::Document>(std::move(parsed));
  auto kept = std::make_shared<const std::string>(text);
  return made(std::shared_ptr<const json::Value>(document, &document->root()), [document, kept](std::string_view at) {
    const std::size_t indent = document->column_of(at) - 1;
    return lines_from(*kept, document->line_of(at), [indent](std::string_view line) {
      const std::size_t own = indent_of(line.substr(0, line.find_first_of("\r\n")));
      return own != std::string_view::npos && own > indent;
    });
  });
}

Result<Document> Document::from_toml(std::string_view text) {
  SUPPLY_TRY(auto parsed, toml::Document::parse(text));
  auto document = std::make_shared<const toml::Document>(std::move(parsed));
  return made(std::shared_ptr<const json::Value>(document, &document->root()),
              [document](std::string_view pointer) { return document->place_of(pointer); });
}

}  // namespace supply::locks
