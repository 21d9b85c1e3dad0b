// A Dockerfile's stages and all that they fetch.
#pragma once

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pins/internal/instructions.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

struct Stage {
  std::string name;                   ///< in lower case; empty without AS
  std::optional<std::size_t> parent;  ///< the stage that FROM names, by number
  bool scratch = false;               ///< FROM scratch
  Pin from;                           ///< the image that FROM names, when it names neither
};

struct Dockerfile {
  std::vector<Stage> stages;
  std::vector<Pin> pins;          ///< in the file's order; those of FROM included, unknown ones for each problem too
  std::vector<Problem> problems;  ///< for which BuildKit would not build it
};

/// `path` goes into the pins' places. Errors: malformed (not text), limit_exceeded.
Result<Dockerfile> read_dockerfile(std::string_view text, const std::string& path);

}  // namespace supply::pins
