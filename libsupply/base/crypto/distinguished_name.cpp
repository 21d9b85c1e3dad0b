#include "libsupply/base/crypto/distinguished_name.hpp"

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {

std::string name_attribute(std::string_view name, std::string_view oid) {
  const Result<std::string_view> content = der_content(name, der_tag::kSequence);
  if (!content) return {};
  DerReader sets(*content);
  while (!sets.empty()) {
    const Result<DerValue> set = sets.next(der_tag::kSet);
    if (!set) return {};
    DerReader pairs(set->content);
    while (!pairs.empty()) {
      const Result<DerValue> pair = pairs.next(der_tag::kSequence);
      if (!pair) return {};
      DerReader parts(pair->content);
      const Result<DerValue> type = parts.next(der_tag::kOid), value = parts.next();
      if (!type || !value) return {};
      const Result<std::string> found = der_oid(type->content);
      if (found && *found == oid && is_utf8(value->content)) return std::string(value->content);
    }
  }
  return {};
}

std::string shown_name(std::string_view name) {
  const std::string common = name_attribute(name, kCommonName), organization = name_attribute(name, kOrganization);
  if (common.empty() && organization.empty()) return "nobody";
  if (common.empty() || organization.empty()) return quote(common + organization);
  return quote(common) + " of " + quote(organization);
}

}  // namespace supply::crypto
