// The image that a Dockerfile's result is built on: the last stage's FROM, followed through stages to an image.
#pragma once

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

struct BaseReference {
  Pin pin;               ///< the FROM that names the image; its status says whether a digest holds it
  bool scratch = false;  ///< the chain ends in "scratch": there is no base, and pin.resolved is "scratch"
};

/// `target` picks a stage by name (or number) as `docker build --target` does; empty is the last one. `path` is for
/// places and messages.
/// Errors: malformed (not a Dockerfile that BuildKit would build: no FROM, a cycle; not text), limit_exceeded,
/// unsupported (the base depends on a variable that has no value here; the message names line and variable),
/// not_found (no such target).
Result<BaseReference> base_reference(std::string_view dockerfile, const std::string& path,
                                     std::string_view target = {});

}  // namespace supply::pins
