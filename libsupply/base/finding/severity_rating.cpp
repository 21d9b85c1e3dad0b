#include "libsupply/base/finding/severity_rating.hpp"

#include <charconv>

#include "libsupply/base/text/text.hpp"

namespace supply {

std::string_view to_string(SeverityRating severity) {
  switch (severity) {
    case SeverityRating::unknown: return "unknown";
    case SeverityRating::negligible: return "negligible";
    case SeverityRating::low: return "low";
    case SeverityRating::medium: return "medium";
    case SeverityRating::high: return "high";
    case SeverityRating::critical: return "critical";
  }
  return "unknown";
}

SeverityRating severity_rating_of(std::string_view said) {
  const std::string lower = to_lower(said);
  for (const auto severity : {SeverityRating::negligible, SeverityRating::low, SeverityRating::medium,
                              SeverityRating::high, SeverityRating::critical})
    if (lower == to_string(severity)) return severity;
  if (lower == "moderate") return SeverityRating::medium;
  if (lower == "important") return SeverityRating::high;
  double score = 0;
  const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), score);
  if (failed != std::errc{} || end != said.data() + said.size() || !(score >= 0 && score <= 10))
    return SeverityRating::unknown;
  if (score >= 9) return SeverityRating::critical;
  if (score >= 7) return SeverityRating::high;
  if (score >= 4) return SeverityRating::medium;
  return score > 0 ? SeverityRating::low : SeverityRating::negligible;
}

}  // namespace supply
