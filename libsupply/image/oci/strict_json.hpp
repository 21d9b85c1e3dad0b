// What the readers of this room's JSON documents share.
#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

/// Refuses a member that Go's decoder, which ignores case, would take for one of `known` while Supply does not: who
/// runs the image would see another document than who judged it. Errors: malformed.
Status refuse_case_variants(const nlohmann::json& object, std::initializer_list<std::string_view> known);

/// Text by key; empty when absent. Errors: malformed.
Result<Annotations> parse_text_map(const nlohmann::json& object, std::string_view key);

/// The descriptors in an array, at most `limit` of them; empty when absent. `what` is one of them in messages
/// ("layer"). Errors: malformed, limit_exceeded.
Result<std::vector<Descriptor>> parse_descriptors(const nlohmann::json& object, std::string_view key, std::size_t limit,
                                                  const std::string& what, const std::string& several);
/// The `subject`. Errors: malformed.
Result<std::optional<Descriptor>> parse_subject(const nlohmann::json& document);

/// The members that every manifest and index has, checked: an object, schemaVersion 2, a mediaType that is the
/// descriptor's. Returns the media type as written. Errors: malformed, unsupported (schema 1).
Result<std::string> parse_head(const nlohmann::json& document, std::string_view media_type);

/// Writes it as a value, its members in the order in which Go programs write them.
void write(json::JsonWriter& json, const Descriptor& descriptor);

}  // namespace supply::oci
