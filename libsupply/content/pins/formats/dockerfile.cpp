// Dockerfiles and Containerfiles.
#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/format.hpp"
#include "libsupply/content/pins/internal/dockerfile_reader.hpp"

namespace supply::pins {
namespace {

// "Dockerfile", "Dockerfile.dev", "Dockerfile-alpine", "app.Dockerfile"; not the ignore file that is beside one.
bool has_name(std::string_view path) {
  const std::string_view name = base_name(path);
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
      "adoc", "bash", "bat",   "c",    "cc",  "cfg",    "clj", "cmd", "cpp", "cs",    "css",  "csv",   "cxx",
      "dart", "ex",   "exs",   "fish", "go",  "gradle", "h",   "hpp", "hs",  "htm",   "html", "ini",   "java",
      "js",   "json", "jsx",   "kt",   "kts", "lua",    "md",  "mdx", "mjs", "ml",    "nim",  "patch", "php",
      "pl",   "pm",   "ps1",   "py",   "pyi", "r",      "rb",  "rs",  "rst", "scala", "scss", "sh",    "snap",
      "sql",  "svg",  "swift", "toml", "ts",  "tsx",    "txt", "vim", "vue", "xml",   "yaml", "yml",   "zig"};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos) return false;
  return std::find(std::begin(kEndings), std::end(kEndings), to_lower(path.substr(dot + 1))) != std::end(kEndings);
}

// Whether the word is in the name at all: "DockerfileDev", "Dockerfile1", "prod-Dockerfile", "my.dockerfile.j2".
bool mentions(std::string_view path) {
  const std::string name = to_lower(base_name(path));
  if (name.ends_with(".dockerignore") || name.ends_with(".containerignore")) return false;
  return name.find("dockerfile") != std::string::npos || name.find("containerfile") != std::string::npos;
}

// What buildah hands to the C preprocessor first. Source: containers/buildah imagebuildah/build.go.
bool is_preprocessed(std::string_view path) { return path.ends_with(".in"); }

bool matches(std::string_view path) { return has_name(path) && !has_other_ending(path); }
// Of these names a file is one when it reads as one.
bool may_match(std::string_view path) { return !matches(path) && mentions(path); }

// Whether BuildKit would build it; a frontend of its own may take anything.
bool is_one(std::string_view text) {
  const auto script = parse_script(text);
  if (!script || script->syntax) return true;  // read() says why not
  const auto file = read_dockerfile(text, "");
  return !file || (file->problems.empty() && !file->stages.empty());
}

Result<std::vector<Pin>> read(std::string_view text, const std::string& path) {
  static const RE2 directive(R"((?m)^[ \t]*#[ \t]*(?:include|define|undef|if|ifdef|ifndef|else|elif|endif)\b)",
                             RE2::Quiet);
  if (is_preprocessed(path) && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), directive))
    return Error(ErrorCode::unsupported,
                 "buildah runs the C preprocessor on it: what it builds is not in this file alone");
  SUPPLY_TRY(Dockerfile file, read_dockerfile(text, path));
  return std::move(file.pins);
}

}  // namespace

namespace formats {
const Format& dockerfile() {
  static const Format format = {"dockerfile", matches, may_match, is_one, read};
  return format;
}
}  // namespace formats
}  // namespace supply::pins
