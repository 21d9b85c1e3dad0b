// yarn.lock of Yarn 1 (its own syntax) and of Yarn 2 and later ("berry", YAML).
// Source: github.com/yarnpkg/yarn, src/lockfile/parse.js; yarnpkg.com/advanced/lexicon (locator, descriptor).
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/npm_source.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "yarn.lock"; }

std::string unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
    if (const auto decoded = json::parse(text); decoded && decoded->is_string()) return decoded->get<std::string>();
  }
  return std::string(text);
}

// The first word, quoted or not, and the rest.
std::pair<std::string, std::string> first_word(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('"')) {
    for (end = 1; end < text.size() && text[end] != '"'; ++end)
      if (text[end] == '\\') ++end;
    end = std::min(end + 1, text.size());
  } else {
    end = std::min(text.find(' '), text.size());
  }
  return {unquoted(text.substr(0, end)), unquoted(text.substr(end))};
}

// The real name behind an alias: "a@npm:b@^1" is b.
std::string real_name(std::string_view pattern) {
  const auto [name, range] = npm_name_and_range(pattern);
  if (!range.starts_with("npm:")) return name;
  const auto [aliased, rest] = npm_name_and_range(std::string_view(range).substr(4));
  return rest.empty() ? name : aliased;
}

struct Block {
  Span span;
  std::vector<std::string> patterns;
  std::map<std::string, std::string> fields;
  std::vector<std::string> depends;  // patterns
};

Result<std::vector<Block>> blocks_of(std::string_view text) {
  std::vector<Block> out;
  bool in_dependencies = false;
  std::size_t number = 0, begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find('\n', begin);
    end = end == std::string_view::npos ? text.size() : end + 1;
    std::string_view line = text.substr(begin, end - begin);
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    const Span span{++number, begin, end};
    begin = end;
    if (trim(line).empty() || line.starts_with('#')) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    const std::string_view content = line.substr(indent);
    if (indent == 0) {
      if (!content.ends_with(':')) return wrong_at(span, "not a line of yarn.lock: " + quote(content));
      out.push_back({span, {}, {}, {}});
      std::string_view rest = content.substr(0, content.size() - 1);
      while (!rest.empty()) {
        std::size_t comma = 0;
        for (bool quoted = false; comma < rest.size() && (quoted || rest[comma] != ','); ++comma)
          if (rest[comma] == '"') quoted = !quoted;
        out.back().patterns.push_back(unquoted(rest.substr(0, comma)));
        rest = comma < rest.size() ? trim(rest.substr(comma + 1)) : std::string_view();
      }
      in_dependencies = false;
      continue;
    }
    if (out.empty()) return wrong_at(span, "a field of no package");
    out.back().span.end = end;
    if (indent == 2 && content.ends_with(':')) {
      in_dependencies = content == "dependencies:" || content == "optionalDependencies:";
      continue;
    }
    auto [key, value] = first_word(content);
    if (value.empty()) return wrong_at(span, "not a line of yarn.lock: " + quote(content));
    if (indent == 2) out.back().fields[key] = value;
    else if (in_dependencies) out.back().depends.push_back(key + "@" + value);
  }
  return out;
}

Result<LockFile> read_classic(std::string_view text) {
  SUPPLY_TRY(const std::vector<Block> blocks, blocks_of(text));
  LockBuilder out("npm");
  std::map<std::string, std::size_t> by_pattern;
  for (const Block& block : blocks) {
    const auto version = block.fields.find("version");
    if (version == block.fields.end() || block.patterns.empty())
      return wrong_at(block.span, "a package without version");
    SUPPLY_TRY(const std::size_t entry, out.add(real_name(block.patterns[0]), version->second, block.span));
    for (const std::string& pattern : block.patterns) by_pattern[pattern] = entry;
    std::string resolved = block.fields.contains("resolved") ? block.fields.at("resolved") : std::string();
    const std::size_t mark = resolved.find('#');
    const bool archive = mark != std::string::npos && resolved.find(".git#") == std::string::npos &&
                         !resolved.starts_with("git") && !resolved.starts_with("ssh");
    out.from_registry(entry);
    if (resolved.empty()) {
      const std::string range = npm_name_and_range(block.patterns[0]).second;
      SUPPLY_TRY(say_npm_source(out, entry, range.starts_with("npm:") ? std::string() : range));
    } else {
      SUPPLY_TRY(say_npm_source(out, entry, archive ? resolved.substr(0, mark) : resolved));
      if (archive && resolved.size() - mark == 41) out.hash(entry, "sha1", resolved.substr(mark + 1));
    }
    if (block.fields.contains("integrity")) out.integrity(entry, block.fields.at("integrity"));
  }
  for (std::size_t i = 0; i < blocks.size(); ++i)
    for (const std::string& pattern : blocks[i].depends)
      if (const auto to = by_pattern.find(pattern); to != by_pattern.end()) SUPPLY_TRY(out.depend(i, to->second));
  return std::move(out).finish();
}

Status add_berry(LockBuilder& out, const std::string& key, const json::Value& value, const Span& span) {
  const std::string resolution = text_in(value, "resolution");
  const auto [name, reference] = npm_name_and_range(resolution);
  if (reference.empty()) return wrong_at(span, "package " + quote(key) + " has no resolution");
  std::string version = text_in(value, "version");
  const bool workspace = reference.starts_with("workspace:");
  if (workspace) version = version == "0.0.0-use.local" ? std::string() : version;
  SUPPLY_TRY(const std::size_t entry, out.add(name, version, span));
  if (reference.starts_with("npm:") || reference.starts_with("patch:")) out.from_registry(entry);
  else SUPPLY_TRY(say_npm_source(out, entry, reference));
  if (workspace) out[entry].project = reference == "workspace:.";
  out.other_hash(entry, "yarn", text_in(value, "checksum"));
  return {};
}

Result<LockFile> read_berry(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  const json::Value* version = json::find(members(document.root(), "__metadata"), "version");
  if (version == nullptr || !version->is_number_integer()) return wrong_at({}, "no version in __metadata");
  if (version->get<std::int64_t>() < 4 || version->get<std::int64_t>() > 10) return unknown_version(version->dump());
  LockBuilder out("npm");
  std::map<std::string, std::size_t> by_descriptor;
  std::vector<const json::Value*> values;
  for (const auto& [key, value] : document.root().items()) {
    if (key == "__metadata") continue;
    const Span span = document.span_of(pointer_to("", key));
    if (!value.is_object()) return wrong_at(span, "package " + quote(key) + " is no object");
    SUPPLY_TRY(add_berry(out, key, value, span));
    values.push_back(&value);
    for (const std::string_view descriptor : split(key, ','))
      by_descriptor[std::string(trim(descriptor))] = values.size() - 1;
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    for (const char* kind : {"dependencies", "optionalDependencies"})
      for (const auto& [name, range] : members(*values[i], kind).items()) {
        const std::string wanted = range.is_string() ? range.get<std::string>() : range.dump();
        for (const std::string& descriptor : {name + "@" + wanted, name + "@npm:" + wanted})
          if (const auto to = by_descriptor.find(descriptor); to != by_descriptor.end())
            SUPPLY_TRY(out.depend(i, to->second));
      }
  return std::move(out).finish();
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  if (text.find("\n__metadata:") != std::string_view::npos || text.starts_with("__metadata:")) return read_berry(text);
  const std::size_t mark = text.find("# yarn lockfile v");
  if (mark != std::string_view::npos && !text.substr(mark + 16).starts_with("v1"))
    return unknown_version(text.substr(mark + 16, 3));
  return read_classic(text);
}

}  // namespace

namespace formats {
const Format& yarn() {
  static const Format format = {"yarn", matches, read, javascript_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
