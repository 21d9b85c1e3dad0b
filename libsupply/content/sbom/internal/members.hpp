// Members of a document that somebody else wrote and that may be of any type: what is of another is absent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/json/json.hpp"

namespace supply::sbom {

/// The text; empty when there is none.
std::string text_of(const json::Value& object, std::string_view key);
/// The elements of a list; they live as long as the object.
std::vector<const json::Value*> elements_of(const json::Value& object, std::string_view key);
/// The same, where one value may stand for a list of one.
std::vector<const json::Value*> one_or_elements_of(const json::Value& object, std::string_view key);

/// Calls with each element of a list.
template <class Call>
void each_of(const json::Value& object, std::string_view key, Call call) {
  for (const json::Value* each : elements_of(object, key)) call(*each);
}

template <class Call>
void one_or_each_of(const json::Value& object, std::string_view key, Call call) {
  for (const json::Value* each : one_or_elements_of(object, key)) call(*each);
}

}  // namespace supply::sbom
