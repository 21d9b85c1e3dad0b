#include "libsupply/content/pins/internal/dockerfile_reader.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/csv.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pins/internal/expand_variables.hpp"
#include "libsupply/content/pins/internal/image_name.hpp"
#include "libsupply/content/pins/internal/remote_source.hpp"
#include "libsupply/content/secrets/credential.hpp"

namespace supply::pins {
namespace {

// Set by BuildKit before the first FROM, and in a stage where an ARG names them.
constexpr std::string_view kPlatformArgs[] = {"BUILDPLATFORM", "BUILDOS",        "BUILDOSVERSION", "BUILDARCH",
                                              "BUILDVARIANT",  "TARGETPLATFORM", "TARGETOS",       "TARGETOSVERSION",
                                              "TARGETARCH",    "TARGETVARIANT",  "TARGETSTAGE"};
bool is_platform_arg(std::string_view name) {
  return std::find(std::begin(kPlatformArgs), std::end(kPlatformArgs), name) != std::end(kPlatformArgs);
}

std::string upper(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = to_upper(c);
  return out;
}

struct Scope {
  std::map<std::string, Variable, std::less<>> args, env;
  std::optional<std::size_t> parent;  // the stage whose variables it takes over
  bool base_open = false;             // whether a base image may set variables too
};

class Reader {
 public:
  Reader(Script script, const std::string& path) : script_(std::move(script)), path_(path) {}

  Result<Dockerfile> run() {
    for (const Instruction& i : script_.instructions) {
      const auto words = plain_words(i.name == "from" ? i.args : "");
      if (words.size() == 3) all_names_.insert(to_lower(words[2]));
    }
    if (script_.syntax) frontend(*script_.syntax);
    for (const Instruction& instruction : script_.instructions) {
      read(instruction);
      if (out_.pins.size() + out_.stages.size() + script_.problems.size() > kMaxReferences)
        return Error(ErrorCode::limit_exceeded,
                     "more than " + std::to_string(kMaxReferences) + " references, stages and faults");
    }
    if (out_.stages.empty() && script_.problems.empty() && !early_) problem(1, "file", "no FROM");
    for (const Problem& found : script_.problems) problem(found.line, "file", found.message);
    std::stable_sort(out_.pins.begin(), out_.pins.end(), [](const Pin& a, const Pin& b) { return a.place < b.place; });
    std::stable_sort(out_.problems.begin(), out_.problems.end(),
                     [](const Problem& a, const Problem& b) { return a.line < b.line; });
    return std::move(out_);
  }

 private:
  Pin new_pin(std::size_t line, std::string role, std::string_view text) const {
    Pin pin;
    pin.place = {path_, line};
    pin.role = std::move(role);
    pin.text = secrets::masked(text);
    return pin;
  }

  // Something that BuildKit refuses: it may hold a reference, and nobody can say which.
  void problem(std::size_t line, std::string role, std::string message) {
    Pin pin = new_pin(line, std::move(role), "");
    pin.reason = "not built by BuildKit: " + message;
    pin.remedy = "correct the file";
    out_.problems.push_back({line, std::move(message)});
    out_.pins.push_back(std::move(pin));
  }

  void frontend(const Syntax& syntax) {
    Pin pin = new_pin(syntax.line, "# syntax", syntax.reference);
    pin.kind = PinKind::frontend;
    Expansion plain;
    plain.word.add(syntax.reference, ByteOrigin::literal);
    judge_image(plain, pin);
    out_.pins.push_back(std::move(pin));
  }

  void read(const Instruction& i) {
    static const std::map<std::string_view, std::vector<std::string_view>> flags = {
        {"from", {"platform"}},
        {"copy", {"from", "chown", "chmod", "link", "exclude", "parents"}},
        {"add", {"chown", "chmod", "link", "keep-git-dir", "checksum", "unpack", "exclude"}},
        {"run", {"mount", "network", "security", "device"}},
        {"healthcheck", {"interval", "timeout", "start-period", "start-interval", "retries"}},
        {"arg", {}},
        {"env", {}},
        {"label", {}},
        {"cmd", {}},
        {"entrypoint", {}},
        {"expose", {}},
        {"maintainer", {}},
        {"shell", {}},
        {"stopsignal", {}},
        {"user", {}},
        {"volume", {}},
        {"workdir", {}}};
    const auto known = flags.find(i.name);
    if (known == flags.end()) return problem(i.line, upper(i.name), "unknown instruction " + quote(i.name));
    for (const std::string& flag : i.flags) {
      const std::string_view name = std::string_view(flag).substr(2, flag.find('=') - 2);
      if (std::find(known->second.begin(), known->second.end(), name) == known->second.end())
        return problem(i.line, upper(i.name), "unknown flag " + quote("--" + std::string(name)));
    }
    if (out_.stages.empty() && i.name != "from" && (i.name != "arg" || i.onbuild)) {
      if (!early_) problem(i.line, upper(i.name), "an instruction before the first FROM");
      early_ = true;
      return;
    }
    if (i.onbuild && (i.name == "from" || i.name == "onbuild" || i.name == "maintainer"))
      return problem(i.line, "ONBUILD", upper(i.name) + " cannot be triggered");
    check_flags(i);
    if (i.name == "from") from(i);
    else if (i.name == "arg" && !i.onbuild) arg(i);
    else if (i.name == "env" && !i.onbuild) env(i);
    else if (i.name == "copy") copy(i);
    else if (i.name == "add") add(i);
    else if (i.name == "run") run(i);
  }

  // BuildKit refuses a flag that is said twice, buildah takes the last. Source: moby/buildkit
  // frontend/dockerfile/instructions/bflag.go, whose string lists (mount, exclude) may be said again.
  void check_flags(const Instruction& i) {
    std::set<std::string_view> seen;
    for (const std::string& text : i.flags) {
      const std::string_view name = std::string_view(text).substr(2, text.find('=') - 2);
      if (name != "mount" && name != "exclude" && !seen.insert(name).second)
        problem(i.line, upper(i.name), "the flag --" + std::string(name) + " twice, which builders take differently");
    }
  }

  std::optional<std::string> flag(const Instruction& i, std::string_view name) const {
    for (const std::string& text : i.flags)
      if (text.size() > name.size() + 2 && std::string_view(text).substr(2).starts_with(name) &&
          text[name.size() + 2] == '=')
        return text.substr(name.size() + 3);
    return std::nullopt;
  }
  bool has_flag(const Instruction& i, std::string_view name) const {
    return std::any_of(i.flags.begin(), i.flags.end(), [&](const std::string& text) {
      return std::string_view(text).substr(2, text.find('=') - 2) == name;
    });
  }

  Lookup global_lookup() const {
    return [this](std::string_view name) {
      if (const auto it = globals_.find(name); it != globals_.end()) return it->second;
      Variable none;
      none.open = none.overridable = is_platform_arg(name);
      return none;
    };
  }
  Lookup stage_lookup(bool onbuild) const {
    return [this, onbuild](std::string_view name) {
      Variable none;
      none.open = onbuild || scopes_.back().base_open;
      if (onbuild) return none;
      for (const auto table : {&Scope::env, &Scope::args})
        for (const Scope* scope = &scopes_.back(); scope != nullptr;
             scope = scope->parent ? &scopes_[*scope->parent] : nullptr)
          if (const auto it = (scope->*table).find(name); it != (scope->*table).end()) return it->second;
      return none;
    };
  }
  Result<Expansion> fill(std::string_view text, const Lookup& lookup) {
    const Error too_long(ErrorCode::limit_exceeded, "variables make the file too long");
    if (substituted_ > kMaxSubstitutedFileBytes) return too_long;
    Result<Expansion> out = expand_variables(text, lookup, {.escape = script_.escape});
    substituted_ += out ? out->substituted : kMaxSubstitutedBytes;  // what fails has cost as much as one may
    if (substituted_ > kMaxSubstitutedFileBytes) return too_long;
    return out;
  }

  std::optional<std::size_t> stage_named(std::string_view name) const {
    const auto it = names_.find(to_lower(name));
    return it == names_.end() ? std::nullopt : std::optional(it->second);
  }

  void from(const Instruction& i) {
    const std::vector<std::string> words = plain_words(i.args);
    static const RE2 valid_name("[a-z][a-z0-9_.-]*", RE2::Quiet);
    Stage stage;
    const bool named = words.size() == 3 && to_lower(words[1]) == "as";
    if (words.size() != 1 && !named) problem(i.line, "FROM", "FROM wants IMAGE or IMAGE AS NAME");
    if (named) {
      stage.name = to_lower(words[2]);
      if (!RE2::FullMatch(stage.name, valid_name))
        problem(i.line, "FROM", "a stage cannot be called " + quote(words[2]));
    }
    Pin pin = new_pin(i.line, "FROM", words.empty() ? "" : words[0]);
    pin.kind = PinKind::image;
    Scope scope;
    if (!words.empty()) {
      const auto expanded = fill(words[0], global_lookup());
      if (!expanded) {
        pin.reason = expanded.error().message();
        pin.remedy = "correct the variable";
      } else {
        stage.parent = stage_of(*expanded);
        stage.scratch = !stage.parent && expanded->word.text == "scratch";
        judge_from(*expanded, stage, pin);
      }
      set_platform(i, pin);
    }
    scope.parent = stage.parent;
    scope.base_open = stage.parent ? scopes_[*stage.parent].base_open : !stage.scratch;
    if (!stage.name.empty()) names_[stage.name] = out_.stages.size();
    scopes_.push_back(std::move(scope));
    stage.from = pin;
    out_.stages.push_back(std::move(stage));
    const Stage& added = out_.stages.back();
    const bool plain = (added.parent || added.scratch) && pin.status == PinStatus::pinned;
    if (!words.empty() && !plain) out_.pins.push_back(std::move(pin));
  }

  std::optional<std::size_t> stage_of(const Expansion& name) const {
    return name.unresolved.empty() ? stage_named(name.word.text) : std::nullopt;
  }

  void judge_from(const Expansion& name, const Stage& stage, Pin& pin) const {
    if (!stage.parent && !stage.scratch) return judge_image(name, pin);
    pin.resolved = name.word.text;
    pin.status = name.overridable ? PinStatus::default_only : PinStatus::pinned;
    if (!name.overridable) return;
    pin.reason = std::string(stage.parent ? "a stage" : "nothing") + " by the default of an ARG";
    pin.remedy = "name it without a variable";
  }

  void set_platform(const Instruction& i, Pin& pin) {
    const auto text = flag(i, "platform");
    if (!text) return;
    const auto expanded = fill(*text, global_lookup());
    if (expanded && expanded->unresolved.empty() && !expanded->overridable) pin.platform = expanded->word.text;
  }

  void arg(const Instruction& i) {
    const bool global = out_.stages.empty();
    for (const std::string& word : argument_words(i.args, script_.escape)) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      auto& table = global ? globals_ : scopes_.back().args;
      Variable variable;
      variable.overridable = true;
      if (equals == std::string::npos) {
        if (const auto it = globals_.find(name); it != globals_.end()) variable = it->second;
        else variable.open = is_platform_arg(name);
        if (global) table.try_emplace(name, variable);
        else table[name] = variable;
        continue;
      }
      const auto value = fill(word.substr(equals + 1), global ? global_lookup() : stage_lookup(false));
      if (!value) {
        problem(i.line, "ARG", value.error().message());
        continue;
      }
      variable.known = value->unresolved.empty();
      variable.open = !variable.known;
      variable.value = value->word.as_arg();
      table[name] = variable;
    }
  }

  void env(const Instruction& i) {
    const std::vector<std::string> words = argument_words(i.args, script_.escape);
    if (words.empty()) return problem(i.line, "ENV", "ENV without a variable");
    std::vector<std::pair<std::string, std::string>> pairs;
    if (words[0].find('=') == std::string::npos) {
      const std::size_t end = i.args.find_first_of(" \t\v\f\r");
      if (end == std::string::npos) return problem(i.line, "ENV", "ENV wants a name and a value");
      pairs.emplace_back(i.args.substr(0, end), trim(std::string_view(i.args).substr(end)));
    } else {
      for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) return problem(i.line, "ENV", "no = in " + quote(secrets::masked(word)));
        pairs.emplace_back(word.substr(0, equals), word.substr(equals + 1));
      }
    }
    std::map<std::string, Variable> set;
    for (const auto& [name, text] : pairs) {
      const auto value = fill(text, stage_lookup(false));
      if (!value) return problem(i.line, "ENV", value.error().message());
      Variable variable;
      variable.known = value->unresolved.empty();
      variable.open = !variable.known;
      variable.overridable = value->overridable;
      variable.value = value->word;
      set[name] = std::move(variable);
    }
    for (auto& [name, variable] : set) scopes_.back().env[name] = std::move(variable);
  }

  // COPY --from and RUN --mount,from: a stage, a number (for COPY), or an image. No variables there.
  void source_image(const Instruction& i, const std::string& text, const std::string& role, bool numbers) {
    Pin pin = new_pin(i.line, role, text);
    pin.kind = PinKind::image;
    if (text.empty() || text.find_first_of("$'\"\\") != std::string::npos) {
      pin.reason = text.empty() ? "no name" : "variables and quotes are not taken here";
      pin.remedy = "name a stage, and give that stage the image with FROM";
      out_.pins.push_back(std::move(pin));
      return;
    }
    if (text == "scratch") return;
    const std::size_t current = out_.stages.size() - 1;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = numbers && end == text.data() + text.size();
    static const RE2 stage_like("[A-Za-z][A-Za-z0-9_.-]*", RE2::Quiet);
    if (i.onbuild && (is_number || RE2::FullMatch(text, stage_like))) {
      pin.reason = "may name a stage of the file that triggers it";
      pin.remedy = "name an image with its digest";
    } else if (is_number) {
      if (error == std::errc() && number < current) return;
      pin.reason = "no earlier stage has the number " + text;
      pin.remedy = "name an earlier stage";
    } else {
      if (const auto stage = stage_named(text); stage && *stage < current) return;
      // BuildKit takes the name for that stage, and refuses: it does not come earlier.
      if (all_names_.count(to_lower(text)) != 0) {
        pin.reason = "not built by BuildKit: the stage " + quote(text) + " does not come earlier";
        pin.remedy = "name an earlier stage";
      } else {
        Expansion plain;
        plain.word.add(text, ByteOrigin::literal);
        judge_image(plain, pin);
      }
    }
    out_.pins.push_back(std::move(pin));
  }

  void copy(const Instruction& i) {
    if (const auto text = flag(i, "from"))
      source_image(i, *text, i.onbuild ? "ONBUILD COPY --from" : "COPY --from", true);
    else if (has_flag(i, "from")) problem(i.line, "COPY --from", "--from without a value");
  }

  void run(const Instruction& i) {
    const std::string role = i.onbuild ? "ONBUILD RUN --mount" : "RUN --mount";
    for (const std::string& text : i.flags) {
      if (!text.starts_with("--mount=")) {
        if (text.starts_with("--mount")) problem(i.line, role, "--mount without a value");
        continue;
      }
      const auto fields = csv_fields(std::string_view(text).substr(8), CsvQuotes::refused);
      if (!fields) {
        problem(i.line, role, "quotes in " + quote(text));
        continue;
      }
      for (const std::string& field : *fields) {
        const std::size_t equals = field.find('=');
        if (equals != std::string::npos && to_lower(field.substr(0, equals)) == "from")
          source_image(i, field.substr(equals + 1), role, false);
      }
    }
  }

  void add(const Instruction& i) {
    const std::string role = i.onbuild ? "ONBUILD ADD" : "ADD";
    std::vector<std::string> sources = i.json ? i.list : plain_words(i.args);
    if (sources.size() < 2) return problem(i.line, role, "ADD wants a source and a destination");
    sources.pop_back();
    std::optional<Expansion> checksum;
    if (const auto text = flag(i, "checksum")) {
      auto expanded = fill(*text, stage_lookup(i.onbuild));
      if (!expanded) return problem(i.line, role, expanded.error().message());
      if (sources.size() != 1) return problem(i.line, role, "--checksum with several sources");
      checksum = *std::move(expanded);
    }
    static const RE2 heredoc(R"((?s)\d*<<-?\s*[^<]+)", RE2::Quiet);
    for (const std::string& text : sources) {
      if (out_.pins.size() > kMaxReferences) return;  // run() refuses the file
      if (RE2::FullMatch(text, heredoc)) continue;
      Pin pin = new_pin(i.line, role, text);
      const auto source = fill(text, stage_lookup(i.onbuild));
      if (!source) {
        problem(i.line, role, source.error().message());
        continue;
      }
      pin.resolved = source->unresolved.empty() ? secrets::masked(source->word.text) : "";
      // What looks like an array and is none is split at white space: a URL in it would be taken for a path.
      if (!judge_source(*source, checksum, pin)) {
        if (i.json || !i.args.starts_with('[') || text.find("://") == std::string::npos) continue;
        pin.reason = "an array of sources that is no JSON";
        pin.remedy = "correct the array";
      }
      out_.pins.push_back(std::move(pin));
    }
  }

  Script script_;
  std::string path_;
  std::map<std::string, Variable, std::less<>> globals_;
  std::vector<Scope> scopes_;                 // of the stages
  std::map<std::string, std::size_t> names_;  // of the stages so far, the last of each name
  std::set<std::string> all_names_;           // of all stages in the file
  std::size_t substituted_ = 0;
  bool early_ = false;  // an instruction before the first FROM was reported
  Dockerfile out_;
};

}  // namespace

Result<Dockerfile> read_dockerfile(std::string_view text, const std::string& path) {
  SUPPLY_TRY(Script script, parse_script(text));
  return Reader(std::move(script), path).run();
}

}  // namespace supply::pins
