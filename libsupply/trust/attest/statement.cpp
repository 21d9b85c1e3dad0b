#include "libsupply/trust/attest/statement.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/internal/json_forms.hpp"

namespace supply::attest {
namespace {

Result<Subject> subject_from(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  Subject subject;
  SUPPLY_TRY(subject.name, json::string_or_empty(value, "name"));
  SUPPLY_TRY(const json::Value* digests, json::optional_object(value, "digest"));
  if (digests == nullptr || digests->empty()) return Error(ErrorCode::malformed, "no digest");
  if (digests->size() > kMaxSubjectDigests) {
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxSubjectDigests) + " digests");
  }
  for (const auto& [algorithm, digest] : digests->items()) {
    if (!digest.is_string()) return Error(ErrorCode::malformed, "digest " + quote(algorithm) + ": want a string");
    subject.digest.emplace(algorithm, digest.get<std::string>());
  }
  SUPPLY_TRY(const json::Value* annotations, json::optional_object(value, "annotations"));
  if (annotations == nullptr) return subject;
  for (const auto& [key, text] : annotations->items()) {
    if (text.is_string()) subject.annotations.emplace(key, text.get<std::string>());
  }
  return subject;
}

}  // namespace

Result<Statement> Statement::parse(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text, {.bytes = kMaxAttachmentBytes}).at("statement"));
  if (!value.is_object()) return Error(ErrorCode::malformed, "statement: no JSON object");
  Statement statement;
  SUPPLY_TRY(statement.type, json::require_string(value, "_type").at("statement"));
  if (statement.type != kStatementV1Type && statement.type != kStatementV01Type) {
    return Error(ErrorCode::malformed, "statement: _type " + quote(statement.type) + ": want " +
                                           quote(kStatementV1Type) + " or " + quote(kStatementV01Type));
  }
  SUPPLY_TRY(const json::Value* subjects, json::optional_array(value, "subject").at("statement"));
  if (subjects == nullptr || subjects->empty()) return Error(ErrorCode::malformed, "statement: no subject");
  if (subjects->size() > kMaxSubjects) {
    return Error(ErrorCode::limit_exceeded, "statement: more than " + std::to_string(kMaxSubjects) + " subjects");
  }
  for (std::size_t i = 0; i < subjects->size(); ++i) {
    SUPPLY_TRY(Subject subject, subject_from((*subjects)[i]).at("statement: subject " + std::to_string(i)));
    statement.subjects.push_back(std::move(subject));
  }
  SUPPLY_TRY(statement.predicate_type, json::require_string(value, "predicateType").at("statement"));
  if (statement.predicate_type.empty()) return Error(ErrorCode::malformed, "statement: predicateType is empty");
  const json::Value* const predicate = json::find(value, "predicate");
  if (predicate == nullptr) return statement;
  // The specification wants an object. cosign 1 and 2 sign a document of SPDX tag-value as a text.
  if (!predicate->is_object() && !predicate->is_string())
    return Error(ErrorCode::malformed, "statement: member \"predicate\": want an object, or a text");
  statement.predicate = internal::member_text(text, "predicate").value_or("");
  return statement;
}

const Subject* Statement::subject(const Digest& digest) const {
  if (!digest.verifiable()) return nullptr;
  for (const Subject& candidate : subjects) {
    const auto entry = candidate.digest.find(std::string(digest.algorithm()));
    if (entry != candidate.digest.end() && entry->second == digest.encoded()) return &candidate;
  }
  return nullptr;
}

namespace {

Result<std::string> write_statement(std::string_view type, const Subject& subject, bool annotations,
                                    std::string_view predicate_type, std::string_view predicate) {
  const std::string_view object = bare_document(predicate);
  // One level of nesting is the statement's own.
  SUPPLY_TRY(const json::Value value,
             json::parse(object, {.bytes = kMaxAttachmentBytes, .depth = kMaxJsonDepth - 1}).at("predicate"));
  if (!value.is_object()) return Error(ErrorCode::malformed, "predicate: want a JSON object");
  if (subject.digest.empty()) return Error(ErrorCode::malformed, "subject without a digest");
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("_type", type);
  json.key("subject");
  json.open('[');
  json.open('{');
  if (!subject.name.empty()) json.member("name", subject.name);
  json.key("digest");
  json.strings(subject.digest);
  if (annotations || !subject.annotations.empty()) {
    json.key("annotations");
    json.strings(subject.annotations);
  }
  json.close('}');
  json.close(']');
  json.member("predicateType", predicate_type);
  json.key("predicate");
  json.raw(object);  // the very bytes that were given
  json.close('}');
  return text;
}

}  // namespace

Result<std::string> make_statement(const Subject& subject, std::string_view predicate_type,
                                   std::string_view predicate) {
  const bool named = !subject.name.empty();
  return write_statement(named ? kStatementV01Type : kStatementV1Type, subject, !named, predicate_type, predicate);
}

Result<std::string> make_statement_v1(const Subject& subject, std::string_view predicate_type,
                                      std::string_view predicate) {
  return write_statement(kStatementV1Type, subject, false, predicate_type, predicate);
}

}  // namespace supply::attest
