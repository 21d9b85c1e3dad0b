// Dockerfiles and Containerfiles.
#include "libsupply/content/pins/dockerfile.hpp"

#include <algorithm>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/pins/format.hpp"

namespace supply::pins {
namespace {

// "Dockerfile", "Dockerfile.dev", "Dockerfile-alpine", "app.Dockerfile"; not the ignore file that stands beside one.
bool has_name(std::string_view path) {
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

// Whether it ends as sources, documents and data do: "dockerfile.go" is a Go file.
bool has_other_ending(std::string_view path) {
  constexpr std::string_view kEndings[] = {
      "adoc", "bash", "bat",  "c",    "cc",    "cfg",    "clj",  "cmd",  "cpp",  "cs",   "css",   "csv",   "cxx",
      "dart", "ex",   "exs",  "fish", "go",    "gradle", "h",    "hpp",  "hs",   "htm",  "html",  "ini",   "java",
      "js",   "json", "jsx",  "kt",   "kts",   "lua",    "md",   "mdx",  "mjs",  "ml",   "nim",   "patch", "php",
      "pl",   "pm",   "ps1",  "py",   "pyi",   "r",      "rb",   "rs",   "rst",  "scala", "scss", "sh",    "snap",
      "sql",  "svg",  "swift", "toml", "ts",   "tsx",    "txt",  "vim",  "vue",  "xml",  "yaml",  "yml",   "zig"};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos) return false;
  return std::find(std::begin(kEndings), std::end(kEndings), to_lower(path.substr(dot + 1))) != std::end(kEndings);
}

bool claims(std::string_view path) { return has_name(path) && !has_other_ending(path); }
bool may_claim(std::string_view path) { return has_name(path) && has_other_ending(path); }

// Whether BuildKit would build it; a frontend of its own may take anything.
bool is_one(std::string_view text) {
  const auto script = parse_script(text);
  if (!script || script->syntax) return true;  // read() says why not
  const auto file = read_dockerfile(text, "");
  return !file || (file->problems.empty() && !file->stages.empty());
}

Result<std::vector<Pin>> read(std::string_view text, const std::string& path) {
  SUPPLY_TRY(Dockerfile file, read_dockerfile(text, path));
  return std::move(file.pins);
}

}  // namespace

namespace formats {
const Format& dockerfile() {
  static const Format format = {"dockerfile", claims, may_claim, is_one, read};
  return format;
}
}  // namespace formats
}  // namespace supply::pins
