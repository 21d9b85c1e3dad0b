#include "libsupply/trust/provenance/internal/version_tag.hpp"

#include <re2/re2.h>

#include "libsupply/base/text/text.hpp"

namespace supply::provenance {

Result<VersionTag> VersionTag::parse(std::string_view tag) {
  static const RE2 form(
      R"(v(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*)(?:-((?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?)?)",
      RE2::Quiet);
  VersionTag out;
  if (!RE2::FullMatch(re2::StringPiece(tag.data(), tag.size()), form, &out.numbers[0], &out.numbers[1], &out.numbers[2],
                      &out.prerelease))
    return Error(ErrorCode::malformed, quote(tag) + " is no version tag (v1, v1.2 or v1.2.3)");
  return out;
}

bool VersionTag::covers(const VersionTag& tag) const {
  for (std::size_t i = 0; i < 3; ++i)
    if (!numbers[i].empty() && numbers[i] != (tag.numbers[i].empty() ? "0" : tag.numbers[i])) return false;
  return prerelease == tag.prerelease;
}

}  // namespace supply::provenance
