// Whether a digest holds the image that a file names.
#pragma once

#include "libsupply/content/pins/internal/expand_variables.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

/// Sets status, digest, resolved, reason and remedy of `pin` for the image `name`.
void judge_image(const Expansion& name, Pin& pin);

}  // namespace supply::pins
