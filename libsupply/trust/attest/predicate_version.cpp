#include "libsupply/trust/attest/predicate_version.hpp"

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"

namespace supply::attest {

namespace {

/// Without "/v1" at the end; empty where no version is there.
std::string_view without_version(std::string_view type) {
  const std::size_t slash = type.rfind("/v");
  if (slash == std::string_view::npos || slash + 2 >= type.size() || !is_digit(type[slash + 2])) return {};
  return type.find('/', slash + 1) == std::string_view::npos ? type.substr(0, slash) : std::string_view();
}

}  // namespace

bool is_other_version(std::string_view type, std::string_view known) {
  if (type == known || predicate_kind(type) != PredicateKind::other) return false;
  const std::string_view base = without_version(type);
  return !base.empty() && base == without_version(known);
}

std::string unread_version(std::string_view what, std::string_view type) {
  return std::string(what) + " of type " + quote(type) + ", a version that Supply does not read";
}

}  // namespace supply::attest
