#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/make_trusted_root.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> fulcio, ctfe, rekor, tsa;
  std::string output;
};

// "url=https://ca.example,certificate-chain=ca.pem,start-time=2026-01-01T00:00:00Z", as cosign has it.
struct Described {
  std::string url, file, origin;
  root::ValidityWindow valid_for;
};

Result<Described> describe(const std::string& option, std::string_view file_name, const std::string& text) {
  Described described;
  const auto wrong = [&](const std::string& what) {
    return Error(ErrorCode::usage, option + ' ' + quote(text) + ": " + what);
  };
  for (const std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string name(part.substr(0, equals));
    if (equals == std::string_view::npos || equals + 1 == part.size())
      return wrong("want name=value, separated by commas");
    const std::string value(part.substr(equals + 1));
    if (name == "start-time" || name == "end-time") {
      const Result<Time> time = parse_rfc3339(value);
      if (!time) return wrong(time.error().message());
      (name == "start-time" ? described.valid_for.start : described.valid_for.end) = *time;
      continue;
    }
    std::string* const into = name == "url"                                   ? &described.url
                              : name == file_name                             ? &described.file
                              : name == "origin" && file_name == "public-key" ? &described.origin
                                                                              : nullptr;
    if (into == nullptr) return wrong("does not know " + quote(name));
    if (!into->empty()) return wrong(quote(name) + " is there twice");
    *into = value;
  }
  if (described.url.empty() || described.file.empty())
    return wrong("want url=URL and " + std::string(file_name) + "=FILE");
  return described;
}

Result<std::string> read_pem(const std::string& option, const std::string& file) {
  Result<std::string> text = io::read_file(file, kMaxChainCertificates * kMaxCertificateBytes);
  if (!text) return Error(ErrorCode::usage, option + ": " + text.error().message());
  return text;
}

Result<std::vector<root::LogSource>> logs_of(const std::string& option, const std::vector<std::string>& texts) {
  std::vector<root::LogSource> logs;
  for (const std::string& text : texts) {
    SUPPLY_TRY(const Described described, describe(option, "public-key", text));
    SUPPLY_TRY(std::string key, read_pem(option, described.file));
    logs.push_back({described.url, std::move(key), described.origin, described.valid_for});
  }
  return logs;
}

Result<std::vector<root::AuthoritySource>> authorities_of(const std::string& option,
                                                          const std::vector<std::string>& texts) {
  std::vector<root::AuthoritySource> authorities;
  for (const std::string& text : texts) {
    SUPPLY_TRY(const Described described, describe(option, "certificate-chain", text));
    SUPPLY_TRY(std::string chain, read_pem(option, described.file));
    authorities.push_back({described.url, std::move(chain), described.valid_for});
  }
  return authorities;
}

Result<ExitCode> run_create(const Options& options, Console& console) {
  root::TrustedRootSources sources;
  SUPPLY_TRY(sources.certificate_authorities, authorities_of("--fulcio", options.fulcio));
  SUPPLY_TRY(sources.ct_logs, logs_of("--ctfe", options.ctfe));
  SUPPLY_TRY(sources.logs, logs_of("--rekor", options.rekor));
  SUPPLY_TRY(sources.timestamp_authorities, authorities_of("--tsa", options.tsa));
  if (sources.certificate_authorities.empty() && sources.ct_logs.empty() && sources.logs.empty() &&
      sources.timestamp_authorities.empty())
    return Error(ErrorCode::usage, "want at least one of --fulcio, --ctfe, --rekor, --tsa");
  const Result<std::string> text = root::make_trusted_root(sources);
  if (!text) return Error(ErrorCode::usage, text.error().message());
  SUPPLY_TRY(deliver(console, {"json", options.output.empty() ? std::nullopt : std::optional(options.output)}, *text));
  return ExitCode::yes;
}

constexpr OptionOfOthers kOfCosign[] = {
    {"--with-default-services", false, "the public-good trusted root is built in: supply trust show --raw prints it"},
    {"--no-default-fulcio", false, "nothing is taken from another trusted root: leave it out"},
    {"--no-default-rekor", false, "nothing is taken from another trusted root: leave it out"},
    {"--no-default-ctfe", false, "nothing is taken from another trusted root: leave it out"},
    {"--no-default-tsa", false, "nothing is taken from another trusted root: leave it out"},
};

}  // namespace

void add_trust_root(CLI::App& trust, Run& run) {
  CLI::App* root = trust.add_subcommand("root", "A trusted root of one's own");
  root->require_subcommand(1);
  add_verb<Options>(
      *root, run, "create", "Put a trusted root together from certificates and keys (PEM)",
      [&run](CLI::App& verb, Options& options) {
        const std::string times = ",start-time=TIME[,end-time=TIME]; repeated";
        const std::string may_be =
            "[,start-time=TIME][,end-time=TIME]; repeated";  // certificates have times of their own
        verb.add_option("--fulcio", options.fulcio, "A certificate authority: url=URL,certificate-chain=FILE" + may_be);
        verb.add_option("--ctfe", options.ctfe, "A CT log: url=URL,public-key=FILE" + times);
        verb.add_option("--rekor", options.rekor,
                        "A log of signatures: url=URL,public-key=FILE[,origin=NAME]" + times +
                            "; origin is how a log of Rekor v2 names itself");
        verb.add_option("--tsa", options.tsa, "A timestamp authority: url=URL,certificate-chain=FILE" + may_be);
        verb.add_option("--out", options.output, "A file instead of standard output");
        refuse_options_of_others(verb, kOfCosign, run);
      },
      run_create);
}

}  // namespace supply::tools
