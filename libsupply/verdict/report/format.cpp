#include "libsupply/verdict/report/format.hpp"

namespace supply::report {

Result<const Format*> find_format(std::string_view name) {
  std::string known;
  for (const Format* format : all_formats()) {
    if (format->name == name) return format;
    known += (known.empty() ? "" : ", ") + std::string(format->name);
  }
  return Error(ErrorCode::usage, "output format \"" + std::string(name) + "\": known are " + known);
}

}  // namespace supply::report
