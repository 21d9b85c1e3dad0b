#include "libsupply/verdict/report/report.hpp"

#include "libsupply/verdict/report/format.hpp"

namespace supply::report {

gate::Verdict overall(const Report& report) {
  bool undecided = report.images.empty();
  for (const ImageVerdict& judgement : report.images) {
    if (judgement.decision.verdict == gate::Verdict::deny && !judgement.error) return gate::Verdict::deny;
    if (judgement.error || judgement.decision.verdict != gate::Verdict::allow) undecided = true;
  }
  return undecided ? gate::Verdict::undecided : gate::Verdict::allow;
}

Result<const Format*> find_format(std::string_view name) {
  std::string known;
  for (const Format* format : all_formats()) {
    if (format->name == name) return format;
    known += (known.empty() ? "" : ", ") + std::string(format->name);
  }
  return Error(ErrorCode::usage, "output format \"" + std::string(name) + "\": known are " + known);
}

}  // namespace supply::report
