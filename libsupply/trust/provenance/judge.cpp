#include "libsupply/trust/provenance/judge.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"
#include "libsupply/trust/provenance/internal/certificate_agreement.hpp"
#include "libsupply/trust/provenance/internal/expected_ref.hpp"
#include "libsupply/trust/provenance/internal/github_run.hpp"

namespace supply::provenance {
namespace {

std::string words(const std::vector<std::string>& texts) {
  return join(texts, " or ", [](const std::string& text) { return quote(text); });
}

/// With a ref the whole must be equal ("@v1.2.3" is "@refs/tags/v1.2.3"), without one what is before it. Runners
/// were not told apart once: npm's "…/runner" is "…/runner/github-hosted".
bool is_builder(std::string_view expected, std::string_view id) {
  const auto cut = [](std::string_view text) {
    const std::size_t at = text.find('@');
    return std::pair{text.substr(0, at), at == std::string_view::npos ? std::string_view() : text.substr(at + 1)};
  };
  const auto [wanted, wanted_ref] = cut(expected);
  const auto [name, ref] = cut(id);
  constexpr std::string_view kRunner = "https://github.com/actions/runner", kHosted = "/github-hosted";
  const auto runner = [&](std::string_view text) {
    return text == kRunner || text == std::string(kRunner).append(kHosted);
  };
  if (wanted.empty() || (wanted != name && !(runner(wanted) && runner(name)))) return false;
  return wanted_ref.empty() ? expected.find('@') == std::string_view::npos
                            : wanted_ref == ref || "refs/tags/" + std::string(wanted_ref) == ref;
}

bool is_named(const Expectations& expected, const std::string& builder) {
  return std::any_of(expected.builder_ids.begin(), expected.builder_ids.end(),
                     [&](const std::string& id) { return is_builder(id, builder); });
}

/// Who may speak for the builder, and at which level; the level is 0 when nobody knows the signer for it.
void bind_builder(const Provenance& claims, const attest::SignerIdentity& signer, const BuilderMap& map,
                  const Expectations& expected, Judgement& out) {
  CheckResult check{Check::builder};
  std::string refusal;
  bool named = false;
  for (const BuilderTrust& trust : map.trusted) {
    if (trust.id.empty() || claims.builder_id.empty() || !glob_match(trust.id, claims.builder_id)) continue;
    named = true;
    if (!trust.may_sign || !trust.may_sign(signer)) continue;
    const int level = std::clamp(trust.level, 1, 3);
    if (level > out.level) {
      out.level = level;
      out.builder = trust.id;
    }
  }
  if (named && out.level == 0) refusal = signer.key_name + " may not speak for builder " + quote(claims.builder_id);
  // What the map says of a builder is all that counts for it.
  for (const BuilderFamily* family : all_builders()) {
    if (!map.public_builders || named) break;
    auto binding = family->bind(claims, signer);
    if (!binding) continue;
    if (binding->by_name_only && !is_named(expected, claims.builder_id))
      binding = Binding{0, "builder " + quote(claims.builder_id) + " is somebody's own, and counts only by its name"};
    if (binding->level == 0 && refusal.empty()) refusal = binding->refusal;
    if (binding->level > out.level) {
      out.level = binding->level;
      out.builder = family->name;
    }
  }
  if (out.level == 0 && refusal.empty() && map.self_asserted) out.level = 1;
  check.passed = out.level > 0;
  if (check.passed) {
    check.found = (claims.builder_id.empty() ? std::string("no builder named") : quote(claims.builder_id)) +
                  (out.builder.empty() ? ", by what the signer says of itself" : " by " + out.builder);
  } else {
    check.found = refusal.empty() ? "nobody is known to speak for builder " + quote(claims.builder_id) : refusal;
  }
  out.checks.push_back(std::move(check));
}

void check_parameters(const Provenance& claims, const Expectations& expected, Judgement& out) {
  std::vector<std::string> refused;
  for (const std::string& name : unknown_parameters(claims)) {
    const auto is_it = [&](const std::string& allowed) { return allowed == "*" || allowed == name; };
    const bool allowed = std::any_of(expected.parameters.begin(), expected.parameters.end(), is_it);
    if (allowed) out.notes.push_back("external parameter " + quote(name) + " is not checked");
    else refused.push_back(name);
  }
  CheckResult check{Check::parameters, refused.empty()};
  if (!refused.empty())
    check.found = "build type " + quote(claims.build_type) + " defines no external parameter " + words(refused);
  out.checks.push_back(std::move(check));
}

void check_sources(const Provenance& claims, const Expectations& expected, Judgement& out) {
  if (expected.sources.empty()) return;
  CheckResult check{Check::source, !claims.sources.empty()};
  check.expected = join(expected.sources, " or ", [](const SourcePattern& pattern) { return pattern.to_string(); });
  if (claims.sources.empty()) check.found = "no source named";
  for (const SourceRepository& source : claims.sources) {
    const bool matches = std::any_of(expected.sources.begin(), expected.sources.end(),
                                     [&](const SourcePattern& pattern) { return pattern.matches(source); });
    if (check.passed || !matches) check.found = source.to_string();
    check.passed = check.passed && matches;
    if (!matches) break;
  }
  out.checks.push_back(std::move(check));
}

void check_commit(const Provenance& claims, const attest::SignerIdentity& signer, const Expectations& expected,
                  Judgement& out) {
  if (expected.commit.empty()) return;
  CheckResult check{Check::commit, false, expected.commit};
  for (const SourceRepository& source : claims.sources) {
    // What the provenance leaves out its signer's certificate may say: they agree, or that check has failed.
    std::string commit = source.commit.empty() ? certified_commit(signer) : source.commit;
    check.passed = commit == to_lower(expected.commit);
    check.found = commit.empty() ? "no commit named" : std::move(commit);
    if (!check.passed) break;
  }
  if (claims.sources.empty()) check.found = "no source named";
  out.checks.push_back(std::move(check));
}

void check_inputs(const Provenance& claims, const GithubRun& run, const Expectations& expected, Judgement& out) {
  const auto inputs = build_inputs(claims, run);
  for (const auto& [name, value] : expected.inputs) {
    CheckResult check{Check::inputs, false, name + "=" + value};
    const auto it = inputs ? inputs->find(name) : decltype(inputs->end())();
    if (!inputs) check.found = "the build was not started with inputs";
    else if (it == inputs->end()) check.found = "there is no input " + quote(name);
    else {
      check.passed = it->second == value;
      check.found = name + "=" + it->second;
    }
    out.checks.push_back(std::move(check));
  }
  if (!inputs) return;
  std::vector<std::string> others;
  for (const auto& [name, value] : *inputs)
    if (!expected.inputs.contains(name)) others.push_back(name);
  if (!others.empty())
    out.notes.push_back("inputs that nobody asked about: " +
                        join(others, ", ", [](const std::string& s) { return s; }));
}

}  // namespace

std::string_view to_string(Check check) {
  switch (check) {
    case Check::predicate: return "predicate";
    case Check::consistency: return "consistency";
    case Check::certificate: return "certificate";
    case Check::builder: return "builder";
    case Check::builder_id: return "builder-id";
    case Check::level: return "level";
    case Check::build_type: return "build-type";
    case Check::parameters: return "parameters";
    case Check::source: return "source";
    case Check::commit: return "commit";
    case Check::branch: return "branch";
    case Check::tag: return "tag";
    case Check::versioned_tag: return "versioned-tag";
    case Check::trigger: return "trigger";
    case Check::inputs: return "inputs";
  }
  return "";
}

bool Judgement::satisfied() const { return !checks.empty() && objection() == nullptr; }

const CheckResult* Judgement::objection() const {
  for (const CheckResult& check : checks)
    if (!check.passed) return &check;
  return nullptr;
}

Judgement judge(std::string_view predicate_type, std::string_view predicate, const attest::SignerIdentity& signer,
                const BuilderMap& builders, const Expectations& expected) {
  auto claims = read(predicate_type, predicate);
  if (claims) return judge(*claims, signer, builders, expected);
  Judgement out;
  out.checks.push_back({Check::predicate, false, {}, claims.error().message()});
  return out;
}

Judgement judge(const Provenance& provenance, const attest::SignerIdentity& signer, const BuilderMap& builders,
                const Expectations& expected) {
  Judgement out;
  out.claims = provenance;
  const Provenance& claims = *out.claims;
  const auto add = [&](Check check, bool passed, std::string wanted, std::string found) {
    out.checks.push_back({check, passed, std::move(wanted), std::move(found)});
  };
  add(Check::predicate, true, {}, claims.predicate_type);
  add(Check::consistency, claims.contradiction.empty(), {}, claims.contradiction);
  const std::string difference = signer.certificate ? certificate_difference(claims, *signer.certificate) : "";
  add(Check::certificate, difference.empty(), {}, difference);
  bind_builder(claims, signer, builders, expected, out);
  if (!expected.builder_ids.empty())
    add(Check::builder_id, is_named(expected, claims.builder_id), words(expected.builder_ids), claims.builder_id);
  if (expected.level > 0)
    add(Check::level, out.level >= expected.level, std::to_string(expected.level), std::to_string(out.level));
  if (!expected.build_types.empty())
    add(Check::build_type,
        std::any_of(expected.build_types.begin(), expected.build_types.end(),
                    [&](const std::string& type) { return glob_match(type, claims.build_type); }),
        words(expected.build_types), claims.build_type);
  check_parameters(claims, expected, out);
  check_sources(claims, expected, out);
  check_commit(claims, signer, expected, out);
  const GithubRun run = github_run(claims);
  check_refs(claims, signer, run, expected, out);
  if (!expected.trigger.empty()) {
    const std::string event = build_event(claims, signer, run);
    add(Check::trigger, event == expected.trigger, expected.trigger, event.empty() ? "no event named" : event);
  }
  check_inputs(claims, run, expected, out);
  return out;
}

Status Expectations::check() const {
  if (!versioned_tag.empty()) {
    const Status tag_is = check_versioned_tag(versioned_tag);
    if (!tag_is) return Error(ErrorCode::usage, "--source-versioned-tag: " + tag_is.error().message());
  }
  if (!commit.empty() && !is_commit(commit))
    return Error(ErrorCode::usage, "--source-commit " + quote(commit) + ": want 40 or 64 hex digits");
  if (level < 0 || level > 3) return Error(ErrorCode::usage, "--level " + std::to_string(level) + ": want 1 to 3");
  return {};
}

Result<SourcePattern> source_pattern(std::string_view typed) {
  std::string text(typed.starts_with("git+") ? typed.substr(4) : typed);
  if (text != "**" && text.find("://") == std::string::npos) text.insert(0, "https://");
  return SourcePattern::parse(text);
}

}  // namespace supply::provenance
