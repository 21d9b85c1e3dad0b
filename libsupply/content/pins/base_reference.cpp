#include "libsupply/content/pins/base_reference.hpp"

#include <charconv>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/internal/columns.hpp"
#include "libsupply/content/pins/internal/dockerfile_reader.hpp"

namespace supply::pins {
namespace {

// Source: docs.docker.com/reference/cli/docker/buildx/build "--target": a name, else a number.
Result<std::size_t> find_target(const Dockerfile& file, std::string_view target) {
  if (target.empty()) return file.stages.size() - 1;
  const std::string lower = to_lower(target);
  for (std::size_t i = file.stages.size(); i-- > 0;)
    if (!file.stages[i].name.empty() && file.stages[i].name == lower) return i;
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), number);
  if (error == std::errc() && end == target.data() + target.size() && number < file.stages.size()) return number;
  return Error(ErrorCode::not_found, "no stage " + quote(target));
}

}  // namespace

Result<BaseReference> base_reference(std::string_view dockerfile, const std::string& path, std::string_view target) {
  const auto parsed = read_dockerfile(dockerfile, path);
  if (!parsed) return Error(parsed.error()).at(path);
  if (!parsed->problems.empty()) {
    const Problem& first = parsed->problems.front();
    return Error(ErrorCode::malformed, path + ":" + std::to_string(first.line) + ": " + first.message);
  }
  auto stage = find_target(*parsed, target).at(path);
  if (!stage) return std::move(stage).error();
  std::size_t at = *stage;
  bool overridable = false;
  while (parsed->stages[at].parent) {
    overridable = overridable || parsed->stages[at].from.status == PinStatus::default_only;
    at = *parsed->stages[at].parent;  // always an earlier one
  }
  BaseReference base{parsed->stages[at].from, parsed->stages[at].scratch};
  Columns(dockerfile).add_to(base.pin.place, base.pin.text);
  if (base.pin.status == PinStatus::unknown)
    return Error(ErrorCode::unsupported, path + ":" + std::to_string(base.pin.place.line) + ": base " +
                                             quote(base.pin.text) + ": " + base.pin.reason);
  if (overridable && base.pin.status == PinStatus::pinned) {
    base.pin.status = PinStatus::default_only;
    base.pin.reason = "a stage on the way is named by an ARG, which --build-arg overrides";
  }
  return base;
}

}  // namespace supply::pins
