#include "libsupply/trust/sigstore/token_provider.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/sigstore_services.hpp"

namespace supply::sigstore {
namespace {

const std::string kToken = testing::unsigned_token(R"({"iss":"https://issuer.test","sub":"job","exp":1780000000})");

struct Job {
  std::map<std::string, std::string> environment, files;
  testing::FakeClient http;
  testing::FakeClock clock;
  std::vector<process::Command> commands;
  process::Output output;

  Result<IdentityToken> token() {
    const ServiceClient client(http, clock, std::nullopt);
    const TokenContext context{environment, client,
                               [this](const std::string& path) {
                                 const auto found = files.find(path);
                                 return found == files.end() ? std::nullopt : std::optional(found->second);
                               },
                               [this](const process::Command& command) -> Result<process::Output> {
                                 commands.push_back(command);
                                 return output;
                               }};
    return ambient_token(context);
  }
};

TEST_CASE("where there is no token, what would have to be there is said, and nobody is asked") {
  Job job;
  const auto none = job.token();
  REQUIRE(!none);
  CHECK(none.error().code() == ErrorCode::unauthenticated);
  CHECK(none.error().message().find("GitHub Actions") != std::string::npos);
  CHECK(job.http.requests.empty());
}

TEST_CASE("a token in SIGSTORE_ID_TOKEN or in cosign's file is taken as it is") {
  Job job;
  job.files["/var/run/sigstore/cosign/oidc-token"] = kToken + "\n";
  CHECK(job.token()->subject == "job");
  job.environment["SIGSTORE_ID_TOKEN"] = testing::unsigned_token(R"({"iss":"i","sub":"variable","exp":1})");
  CHECK(job.token()->subject == "variable");
}

TEST_CASE("GitHub Actions gives a token for the audience") {
  Job job;
  job.environment = {{"GITHUB_ACTIONS", "true"}};
  CHECK(job.token().error().message().find("id-token: write") != std::string::npos);
  job.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://actions.test/token?api-version=2.0";
  job.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-secret";
  testing::HttpReply reply{200, {}, R"({"count":1,"value":")" + kToken + "\"}"};
  job.http.hosts["https://actions.test"] = [&](const testing::HttpRequest&) { return reply; };
  CHECK(job.token()->subject == "job");
  REQUIRE(job.http.requests.size() == 1);
  CHECK(job.http.requests[0].target == "/token?api-version=2.0&audience=sigstore");
  CHECK(job.http.requests[0].header("Authorization") == "Bearer request-secret");
  for (const std::string& body : {std::string("{}"), kToken, R"({"value":")" + kToken.substr(0, 20) + "\"}"}) {
    reply.body = body;
    const auto wrong = job.token();
    REQUIRE(!wrong);
    CHECK(wrong.error().code() == ErrorCode::malformed);
    CHECK(wrong.error().message().find(kToken.substr(0, 20)) == std::string::npos);
    CHECK(wrong.error().message().find("request-secret") == std::string::npos);
  }
}

TEST_CASE("GitLab CI says what a job has to declare") {
  Job job;
  job.environment = {{"GITLAB_CI", "true"}};
  CHECK(job.token().error().message().find("id_tokens") != std::string::npos);
  job.environment["SIGSTORE_ID_TOKEN"] = kToken;
  CHECK(job.token()->subject == "job");
}

TEST_CASE("Buildkite's agent gives a token for the job") {
  Job job;
  job.environment = {{"BUILDKITE", "true"}, {"BUILDKITE_JOB_ID", "j/1"}};
  CHECK(job.token().error().code() == ErrorCode::unauthenticated);
  job.environment["BUILDKITE_AGENT_ACCESS_TOKEN"] = "agent-secret";
  job.http.hosts["https://agent.buildkite.com"] = [&](const testing::HttpRequest&) {
    return testing::HttpReply{200, {}, R"({"token":")" + kToken + "\"}"};
  };
  CHECK(job.token()->subject == "job");
  CHECK(job.http.requests[0].target == "/v3/jobs/j%2F1/oidc/tokens");
  CHECK(job.http.requests[0].header("Authorization") == "Token agent-secret");
  CHECK(job.http.requests[0].body == R"({"audience":"sigstore"})");
}

TEST_CASE("CircleCI's tool gives a token for the audience") {
  Job job;
  job.environment = {{"CIRCLECI", "true"}, {"PATH", "/bin"}};
  job.output = {0, kToken + "\n", ""};
  CHECK(job.token()->subject == "job");
  REQUIRE(job.commands.size() == 1);
  CHECK(job.commands[0].arguments ==
        std::vector<std::string>{"run", "oidc", "get", "--claims", R"({"aud":"sigstore"})"});
  CHECK(job.commands[0].output_limit == kMaxIdentityTokenBytes);
  job.output.exit_code = 1;
  CHECK(job.token().error().code() == ErrorCode::unauthenticated);
}

TEST_CASE("Google's metadata server gives a token for the audience") {
  Job job;
  job.files["/sys/class/dmi/id/product_name"] = "Google Compute Engine\n";
  job.http.hosts["http://metadata.google.internal"] = [&](const testing::HttpRequest&) {
    return testing::HttpReply{200, {}, kToken};
  };
  CHECK(job.token()->subject == "job");
  CHECK(job.http.requests[0].header("Metadata-Flavor") == "Google");
  CHECK(job.http.requests[0].target ==
        "/computeMetadata/v1/instance/service-accounts/default/identity?format=full&audience=sigstore");
  job.files["/sys/class/dmi/id/product_name"] = "PowerEdge";
  CHECK(job.token().error().code() == ErrorCode::unauthenticated);
}

TEST_CASE("an answer may be as large as kMaxServiceAnswerBytes, and no larger") {
  Job job;
  const ServiceClient client(job.http, job.clock, std::nullopt);
  std::string body(kMaxServiceAnswerBytes, 'a');
  job.http.hosts["https://a.test"] = [&](const testing::HttpRequest&) { return testing::HttpReply{200, {}, body}; };
  ServiceRequest asked;
  asked.url = "https://a.test/x";
  CHECK(client.ask(asked)->body.size() == kMaxServiceAnswerBytes);
  body += 'a';
  CHECK(client.ask(asked).error().code() == ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace supply::sigstore
