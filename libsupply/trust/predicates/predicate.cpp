#include "libsupply/trust/predicates/predicate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

const PredicateReader* reader_of(std::string_view type) {
  for (const PredicateReader* reader : all_readers()) {
    const auto is_its = [&](std::string_view own) {
      return type == own || (reader->versioned && type.starts_with(own) && type.substr(own.size()).starts_with("/v"));
    };
    if (std::any_of(reader->types.begin(), reader->types.end(), is_its)) return reader;
  }
  return nullptr;
}

}  // namespace

bool is_known(std::string_view predicate_type) { return reader_of(predicate_type) != nullptr; }

Result<Content> read(std::string_view predicate_type, std::string_view predicate) {
  const PredicateReader* reader = reader_of(predicate_type);
  const std::string_view name = reader == nullptr ? std::string_view("predicate") : reader->name;
  SUPPLY_TRY(const json::Value value, json::parse(predicate, {.bytes = kMaxAttachmentBytes}).at(name));
  if (!value.is_object()) return Error(ErrorCode::malformed, std::string(name) + ": want an object");
  if (reader == nullptr) return Content(UnknownPredicate{});
  return reader->read(predicate_type, value).at(name);
}

}  // namespace supply::predicates
