#include "libsupply/content/secrets/secrets.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::secrets {
namespace {

void add(std::vector<Secret>& out, Where where, std::size_t index, std::string_view name, std::string_view kind) {
  // A name that is itself the credential is not repeated.
  out.push_back({where, index, secret_shape(name) ? std::string() : std::string(name), std::string(kind)});
}

// `ENV A=b`, `ARG T=x`, `RUN |1 T=x /bin/sh -c …`: whatever is assigned in what a history entry says it ran.
void find_in_history(std::string_view created_by, std::size_t index, std::vector<Secret>& out) {
  static const RE2 assignment(R"(([A-Za-z_][A-Za-z0-9_.-]*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|]*))", RE2::Quiet);
  re2::StringPiece rest(created_by.data(), created_by.size()), name, value;
  bool shape_named = false;
  while (RE2::FindAndConsume(&rest, assignment, &name, &value)) {
    const std::string_view variable(name.data(), name.size()), text(value.data(), value.size());
    const auto kind = secret_variable(variable, text);
    if (!kind) continue;
    shape_named = shape_named || secret_shape(text).has_value();
    add(out, Where::history, index, variable, *kind);
  }
  if (shape_named) return;
  if (const auto kind = secret_shape(created_by)) add(out, Where::history, index, {}, *kind);
}

}  // namespace

std::string_view to_string(Where where) {
  switch (where) {
    case Where::env: return "env";
    case Where::label: return "label";
    case Where::history: return "history";
  }
  return "env";
}

std::vector<Secret> find(const oci::Config& config) {
  std::vector<Secret> out;
  for (std::size_t i = 0; i < config.env.size(); ++i) {
    const std::string_view entry = config.env[i];
    const std::size_t equals = entry.find('=');
    const std::string_view name = entry.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : entry.substr(equals + 1);
    if (const auto kind = secret_variable(name, value)) add(out, Where::env, i, name, *kind);
    else if (const auto shape = secret_shape(name)) add(out, Where::env, i, {}, *shape);
  }
  for (const auto& [name, value] : config.labels)
    if (const auto kind = secret_variable(name, value)) add(out, Where::label, 0, name, *kind);
  for (std::size_t i = 0; i < config.history.size(); ++i) {
    find_in_history(config.history[i].created_by, i, out);
    if (const auto kind = secret_shape(config.history[i].comment)) add(out, Where::history, i, {}, *kind);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Finding> findings(const oci::Config& config, std::string_view image) {
  std::vector<Finding> out;
  for (const Secret& secret : find(config)) {
    const std::string place = std::string(to_string(secret.where)) +
                              (secret.where == Where::label ? "" : "[" + std::to_string(secret.index) + "]");
    Finding finding;
    finding.rule = "secrets/" + std::string(to_string(secret.where));
    finding.subject = secret.name.empty() ? place : secret.name;
    finding.place.uri = image;
    finding.expected = "no credential in the image's configuration";
    finding.found = place + ": " + (secret.name.empty() ? "" : quote(secret.name) + ": ") + secret.kind;
    finding.remedy =
        secret.where == Where::history
            ? "give it to the build with RUN --mount=type=secret, and replace it: whoever can pull the image has it"
            : "give it to the container at run time as a file (…_FILE, /run/secrets), and replace it: whoever can "
              "pull the image has it";
    out.push_back(std::move(finding));
  }
  sort_findings(out);
  return out;
}

}  // namespace supply::secrets
