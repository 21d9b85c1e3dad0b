// A key that a program of the user's reaches: exec:PROGRAM, or exec:PROGRAM?KEY. The program is run without a shell for
// each question: one JSON object on its standard input, one on its standard output, exit code 0. See the guide, "keys".
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/process/process.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/sign/internal/remote_key.hpp"

namespace supply::sign::signers {
namespace {

constexpr std::string_view kScheme = "exec:";
constexpr std::chrono::milliseconds kPatience{60'000};  // somebody may have to touch a token

class HelperKey : public internal::RemoteKey {
 public:
  HelperKey(std::string program, std::string key, const SignerContext& context)
      : program_(std::move(program)), key_(std::move(key)), context_(context) {}

  Result<internal::RemotePublicKey> public_key() const override {
    SUPPLY_TRY(const json::Value answer, ask({{"operation", "public-key"}}));
    SUPPLY_TRY(const std::string pem, json::require_string(answer, "publicKey").at(place()));
    SUPPLY_TRY(crypto::PublicKey key, crypto::PublicKey::from_pem(pem).at(place()));
    return internal::RemotePublicKey{std::move(key)};
  }

  Result<std::string> sign(crypto::SignatureScheme scheme, const std::string& input) const override {
    json::Value question{{"operation", "sign"}, {"scheme", to_string(scheme)}};
    const bool whole = scheme == crypto::SignatureScheme::ed25519 || scheme == crypto::SignatureScheme::ed25519ph;
    question[whole ? "message" : "digest"] = to_base64(input);
    SUPPLY_TRY(const json::Value answer, ask(std::move(question)));
    SUPPLY_TRY(const std::string text, json::require_string(answer, "signature").at(place()));
    return from_base64(text).at(place());
  }

 private:
  std::string place() const { return "helper " + quote(program_); }

  Result<json::Value> ask(json::Value question) const {
    question["version"] = 1;
    question["key"] = key_;
    process::Command command{.program = program_,
                             .environment = context_.environment,
                             .input = json::to_text(question) + '\n',
                             .output_limit = kMaxHelperAnswerBytes,
                             .patience = kPatience};
    if (context_.deadline) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(*context_.deadline - std::chrono::steady_clock::now());
      if (left <= std::chrono::milliseconds::zero())
        return Error(ErrorCode::unavailable, place() + ": the deadline has passed");
      command.patience = std::min(command.patience, left);
    }
    Result<process::Output> output = process::run(command);
    // What the user named is not there, or no program: the command is wrong.
    if (!output && (output.error().code() == ErrorCode::not_found || output.error().code() == ErrorCode::forbidden))
      return Error(ErrorCode::usage, place() + ": " + output.error().message());
    if (!output) return std::move(output).error().at(place());
    if (output->exit_code != 0) {
      const std::string_view errors = trim(output->errors);
      return Error(ErrorCode::unavailable, place() + ": exit code " + std::to_string(output->exit_code) +
                                               (errors.empty() ? "" : ": " + quote(errors)));
    }
    Result<json::Value> answer = json::parse(output->output);
    if (!answer) return std::move(answer).error().at(place());
    if (!answer->is_object()) return Error(ErrorCode::malformed, place() + ": want a JSON object");
    SUPPLY_TRY(const std::string error, json::string_or_empty(*answer, "error").at(place()));
    if (!error.empty()) return Error(ErrorCode::unavailable, place() + ": " + quote(error));
    return answer;
  }

  std::string program_, key_;
  SignerContext context_;
};

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  const std::string rest = name.substr(kScheme.size());
  const std::size_t question = rest.find('?');
  const std::string program = rest.substr(0, question);
  if (program.empty()) return Error(ErrorCode::usage, "want exec:PROGRAM or exec:PROGRAM?KEY");
  std::string key = question == std::string::npos ? std::string() : rest.substr(question + 1);
  return internal::remote_signer(std::make_unique<HelperKey>(program, std::move(key), context), context.scheme);
}

}  // namespace

const SignerKind& helper() {
  static const SignerKind kind = {kScheme, "exec:PROGRAM[?KEY]", open};
  return kind;
}

}  // namespace supply::sign::signers
