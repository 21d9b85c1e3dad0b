#include <cstdint>
#include <cstdlib>

#include "libsupply/base/text/text.hpp"
#include "libsupply/image/engine/engine.hpp"
#include "libsupply/testing/fake_client.hpp"

// An engine's answers, one a line: its version, its containers, and for each container what it is, what changed in it
// and its image. A line that is not there is an answer 404.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::vector<std::string_view> answers = lines({reinterpret_cast<const char*>(data), size});
  const auto answer = [&](std::size_t at) {
    return at < answers.size() ? testing::HttpReply{200, {}, std::string(answers[at])}
                               : testing::HttpReply{404, {}, "{}"};
  };
  testing::FakeClient client;
  client.hosts["http://localhost"] = [&](const testing::HttpRequest& request) {
    if (request.method != "GET") std::abort();
    if (request.target == "/version") return answer(0);
    if (request.target.starts_with("/containers/json")) return answer(1);
    if (request.target.ends_with("/changes")) return answer(3);
    return answer(request.target.starts_with("/containers/") ? 2 : 4);
  };
  const auto snapshot = engine::ask(client);
  if (!snapshot) return 0;
  for (const engine::RunningContainer& each : snapshot->containers)
    if (each.name.find('\n') != std::string::npos) std::abort();
  return 0;
}
