// go.mod, and go.work, which lists no modules of its own: the modules that it requires, as `replace` leaves them. From
// Go 1.17 on that is all of the build list that the module's packages need. Source: go.dev/ref/mod, "go.mod files".
#include <map>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "go.mod" || base_name(path) == "go.work"; }

// The words of a line without its comment; a quoted one is one word. Source: "Lexical elements".
Result<std::vector<std::string>> words_of(const SpannedLine& line) {
  std::vector<std::string> out;
  std::string_view rest = trim(line.text);
  while (!rest.empty() && !rest.starts_with("//")) {
    std::size_t end = 0;
    if (rest[0] == '"' || rest[0] == '`') {
      end = rest.find(rest[0], 1);
      if (end == std::string_view::npos) return wrong_at(line.span, "a quoted text is not closed");
      out.emplace_back(rest.substr(1, end - 1));
      ++end;
    } else {
      while (end < rest.size() && rest[end] != ' ' && rest[end] != '\t' && !rest.substr(end).starts_with("//")) ++end;
      out.emplace_back(rest.substr(0, end));
    }
    rest = trim(rest.substr(end));
  }
  return out;
}

struct Replacement {
  std::string path, version;  // a local path has no version
};
using Replacements = std::map<std::pair<std::string, std::string>, Replacement>;  // by path and version, or path and ""

class Reader {
 public:
  explicit Reader(LockBuilder& out) : out_(out) {}

  Status read(std::string_view text) {
    std::string block;
    for (const SpannedLine& line : spanned_lines(text)) {
      SUPPLY_TRY(std::vector<std::string> words, words_of(line));
      if (words.empty()) continue;
      if (words[0] == ")" && words.size() == 1 && !block.empty()) {
        block.clear();
        continue;
      }
      if (block.empty()) {
        if (words.back() == "(" && words.size() == 2) {
          block = words[0];
          continue;
        }
      } else {
        words.insert(words.begin(), block);
      }
      SUPPLY_TRY(directive(words, line.span));
    }
    if (!block.empty()) return wrong_at({}, "block " + block + " is not closed");
    for (const auto& [path, required] : required_) SUPPLY_TRY(add(path, required.first, required.second));
    if (workspace_ && !replaced_.empty())
      out_.unread({}, "replacements of a workspace hold in all its modules, and are not applied to them");
    if (!lists_all_ && !required_.empty())
      out_.unread({}, "a go.mod from before Go 1.17 lists direct requirements alone");
    return {};
  }

 private:
  Status directive(const std::vector<std::string>& words, const Span& span) {
    const std::string& verb = words[0];
    if (verb == "module" && words.size() == 2) {
      SUPPLY_TRY(const std::size_t entry, out_.add(words[1], "", span));
      out_.from_path(entry, ".");
      out_[entry].project = true;
    } else if (verb == "go" && words.size() == 2) {
      lists_all_ = lists_all(words[1]);
    } else if (verb == "require") {
      if (words.size() != 3) return wrong_at(span, "want a module and its version");
      required_.insert_or_assign(words[1], std::pair(words[2], span));
    } else if (verb == "replace") {
      const bool with_version = words.size() >= 4 && words[2] != "=>";
      const std::size_t arrow = with_version ? 3 : 2;
      if (words.size() <= arrow + 1 || words.size() > arrow + 3 || words[arrow] != "=>")
        return wrong_at(span, "want a module => a module and its version, or a path");
      replaced_[{words[1], with_version ? words[2] : ""}] = {words[arrow + 1],
                                                             words.size() > arrow + 2 ? words[arrow + 2] : ""};
    } else if (verb == "use") {
      workspace_ = true;
    } else if (verb != "go" && verb != "toolchain" && verb != "exclude" && verb != "retract" && verb != "godebug" &&
               verb != "tool" && verb != "ignore") {
      return wrong_at(span, "not a directive of go.mod: " + quote(verb));
    }
    return {};
  }

  Status add(const std::string& path, const std::string& version, const Span& span) {
    auto replaced = replaced_.find({path, version});
    if (replaced == replaced_.end()) replaced = replaced_.find({path, ""});
    if (replaced != replaced_.end() && replaced->second.version.empty()) {
      SUPPLY_TRY(const std::size_t entry, out_.add(path, "", span));
      out_.from_path(entry, replaced->second.path);
      return {};
    }
    const bool as_is = replaced == replaced_.end();
    SUPPLY_TRY(const std::size_t entry,
               out_.add(as_is ? path : replaced->second.path, as_is ? version : replaced->second.version, span));
    out_.from_registry(entry);
    return {};
  }

  // Source: go.dev/ref/mod, "Module graph pruning".
  static bool lists_all(std::string_view version) {
    if (!version.starts_with("1.")) return true;
    const std::string_view minor = version.substr(2, version.find('.', 2) - 2);
    return minor.size() > 2 || (minor.size() == 2 && minor >= "17");
  }

  LockBuilder& out_;
  bool lists_all_ = false, workspace_ = false;
  std::map<std::string, std::pair<std::string, Span>> required_;
  Replacements replaced_;
};

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("golang");
  SUPPLY_TRY(Reader(out).read(text));
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& go_mod() {
  static const Format format = {"go-mod", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
