#include "libsupply/verdict/report/format.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::report {

Result<const Format*> find_format(std::string_view name) {
  for (const Format* format : all_formats())
    if (format->name == name) return format;
  return Error(ErrorCode::usage,
               "output format \"" + std::string(name) + "\": known are " + join(all_formats(), ", ", &Format::name));
}

}  // namespace supply::report
