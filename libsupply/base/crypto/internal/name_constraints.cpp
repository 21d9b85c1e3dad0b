#include "libsupply/base/crypto/internal/name_constraints.hpp"

#include <algorithm>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto::internal {
namespace {

constexpr unsigned char kEmail = der_tag::context_primitive(1), kDns = der_tag::context_primitive(2),
                        kDirectory = der_tag::context(4), kUri = der_tag::context_primitive(6),
                        kOther = der_tag::context(0);

Error no(std::string why) { return Error(ErrorCode::mismatch, std::move(why)); }

// A GeneralName: of a directory name the DER of its parts in their order.
struct Name {
  unsigned char form = 0;
  std::string_view value;
};

struct Constraints {
  std::vector<Name> permitted, excluded;
};

Result<std::string_view> parts_of(std::string_view name) { return der_content(name, der_tag::kSequence); }

// GeneralSubtrees ::= SEQUENCE OF { base GeneralName, minimum [0] DEFAULT 0, maximum [1] OPTIONAL }
Result<std::vector<Name>> subtrees_in(std::string_view content) {
  std::vector<Name> trees;
  for (DerReader reader(content); !reader.empty();) {
    SUPPLY_TRY(const DerValue tree, reader.next(der_tag::kSequence));
    DerReader fields(tree.content);
    SUPPLY_TRY(const DerValue base, fields.next());
    // "minimum MUST be zero, and maximum MUST be absent."
    SUPPLY_TRY(fields.end());
    Name name{base.tag, base.content};
    if (base.tag == kDirectory) {
      SUPPLY_TRY(name.value, parts_of(base.content));
    }
    trees.push_back(name);
  }
  if (trees.empty()) return Error(ErrorCode::malformed, "no name");
  return trees;
}

Result<Constraints> constraints_from(std::string_view value) {
  SUPPLY_TRY(const std::string_view content, der_content(value, der_tag::kSequence));
  DerReader reader(content);
  if (reader.empty()) return Error(ErrorCode::malformed, "neither permitted nor excluded names");
  Constraints constraints;
  for (const unsigned number : {0U, 1U}) {
    if (reader.peek() != der_tag::context(number)) continue;
    SUPPLY_TRY(const DerValue trees, reader.next());
    SUPPLY_TRY((number == 0 ? constraints.permitted : constraints.excluded), subtrees_in(trees.content));
  }
  SUPPLY_TRY(reader.end());
  return constraints;
}

Name name_of(const AlternativeName& name) {
  using Kind = AlternativeName::Kind;
  switch (name.kind) {
    case Kind::email: return {kEmail, name.value};
    case Kind::dns: return {kDns, name.value};
    case Kind::uri: return {kUri, name.value};
    case Kind::other_name: return {kOther, name.value};
    case Kind::unknown: break;
  }
  if (!name.oid.empty()) return {kOther, name.value};
  Name found{static_cast<unsigned char>(name.value.front()), {}};
  DerReader reader(name.value);
  if (found.form != kDirectory) return found;
  const Result<DerValue> whole = reader.next();
  const Result<std::string_view> parts = whole ? parts_of(whole->content) : Result<std::string_view>(whole.error());
  // What is no name is within nothing.
  return parts ? Name{kDirectory, *parts} : Name{};
}

std::vector<Name> names_of(const Certificate& certificate) {
  std::vector<Name> names;
  for (const AlternativeName& name : certificate.names) names.push_back(name_of(name));
  const Result<std::string_view> subject = parts_of(certificate.subject);
  if (subject && !subject->empty()) names.push_back({kDirectory, *subject});
  return names;
}

// "A leading period is satisfied by one or more labels before; without it, the host itself is meant." Of DNS names
// the host and all below.
bool is_host_within(std::string_view host, std::string_view constraint, bool and_below) {
  const std::string name = to_lower(host), wanted = to_lower(constraint);
  if (wanted.empty()) return true;
  if (wanted.front() == '.') return name.size() > wanted.size() && name.ends_with(wanted);
  return name == wanted || (and_below && name.size() > wanted.size() && name.ends_with('.' + wanted));
}

bool is_address(std::string_view host) {
  return host.empty() || host.front() == '[' ||
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

// Empty where there is none.
std::string_view host_of(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view authority = uri.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  if (authority.starts_with('[')) return authority;
  return authority.substr(0, authority.find(':'));
}

bool is_email_within(std::string_view email, std::string_view constraint) {
  const std::size_t at = email.rfind('@'), wanted_at = constraint.rfind('@');
  if (at == std::string_view::npos) return false;
  const std::string_view host = email.substr(at + 1);
  if (wanted_at == std::string_view::npos) return is_host_within(host, constraint, false);
  return email.substr(0, at) == constraint.substr(0, wanted_at) &&
         to_lower(host) == to_lower(constraint.substr(wanted_at + 1));
}

bool is_within(const Name& name, const Name& constraint) {
  switch (name.form) {
    case kEmail: return is_email_within(name.value, constraint.value);
    case kDns: return is_host_within(name.value, constraint.value, true);
    case kUri: return is_host_within(host_of(name.value), constraint.value, false);
    case kDirectory: return name.value.starts_with(constraint.value);
    default: return false;
  }
}

bool is_read(const Name& name) {
  if (name.form == kUri) return !is_address(host_of(name.value));  // RFC 5280: such a URI is to be refused
  return name.form == kEmail || name.form == kDns || name.form == kDirectory;
}

Status check_name(const Name& name, const Constraints& constraints) {
  const auto of_its_form = [&](const Name& one) { return one.form == name.form; };
  const auto holds = [&](const Name& one) { return of_its_form(one) && is_within(name, one); };
  const auto any = [](const std::vector<Name>& all, const auto& is) { return std::any_of(all.begin(), all.end(), is); };
  const bool constrained = any(constraints.permitted, of_its_form) || any(constraints.excluded, of_its_form);
  if (name.form == 0 || (constrained && !is_read(name)))
    return no("name of a form whose constraints (nameConstraints) Supply does not judge");
  if (any(constraints.excluded, holds)) return no("issuer whose nameConstraints exclude " + quote(name.value));
  if (any(constraints.permitted, of_its_form) && !any(constraints.permitted, holds))
    return no("issuer whose nameConstraints do not permit " + quote(name.value));
  return {};
}

}  // namespace

Status check_names(const Certificate& issuer, std::span<const Certificate* const> below) {
  const Extension* const extension = issuer.extension(kNameConstraints);
  if (extension == nullptr) return {};
  const Result<Constraints> constraints = constraints_from(extension->value);
  if (!constraints) return no("issuer with damaged nameConstraints: " + constraints.error().message());
  for (const Certificate* const one : below) {
    if (one != below.front() && one->issuer == one->subject) continue;
    const std::vector<Name> names = names_of(*one);
    if (names.size() * (constraints->permitted.size() + constraints->excluded.size()) > kMaxNameConstraints)
      return Error(ErrorCode::limit_exceeded,
                   "more than " + std::to_string(kMaxNameConstraints) + " names times nameConstraints");
    for (const Name& name : names) SUPPLY_TRY(check_name(name, *constraints));
  }
  return {};
}

}  // namespace supply::crypto::internal
