// Dockerfiles and Containerfiles.
#include "libsupply/content/pins/dockerfile.hpp"

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/pins/format.hpp"

namespace supply::pins {
namespace {

// "Dockerfile", "Dockerfile.dev", "Dockerfile-alpine", "app.Dockerfile"; not the ignore file that stands beside one.
bool claims(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const std::string lower = to_lower(name);
  if (lower.ends_with(".dockerignore") || lower.ends_with(".containerignore")) return false;
  for (const std::string_view word : {"dockerfile", "containerfile"}) {
    if (lower == word || lower.starts_with(std::string(word) + ".") || lower.ends_with("." + std::string(word)))
      return true;
    // With a dash only where it is spelled as docker does: "dockerfile-parser.js" is another thing.
    if (lower.starts_with(word) && (name[0] == 'D' || name[0] == 'C') &&
        (name[word.size()] == '-' || name[word.size()] == '_'))
      return true;
  }
  return false;
}

Result<std::vector<Pin>> read(std::string_view text, const std::string& path) {
  SUPPLY_TRY(Dockerfile file, read_dockerfile(text, path));
  return std::move(file.pins);
}

}  // namespace

namespace formats {
const Format& dockerfile() {
  static const Format format = {"dockerfile", claims, read};
  return format;
}
}  // namespace formats
}  // namespace supply::pins
