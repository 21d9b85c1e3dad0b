#include "tools/supply/signer_context.hpp"

#include "tools/common/command.hpp"
#include "tools/common/image.hpp"
#include "tools/common/terminal.hpp"

namespace supply::tools {

Result<sign::SignerContext> signer_context(const Common& common, http::Client& client) {
  sign::SignerContext context;
  context.environment = whole_environment();
  context.ask_secret = [](std::string_view question) { return ask_secret(question); };
  context.client = &client;
  context.now = now;
  context.plain_http = common.plain_http;
  if (!common.deadline.empty()) {
    SUPPLY_TRY(const std::chrono::milliseconds given, duration_of(common.deadline, "--deadline"));
    context.deadline = std::chrono::steady_clock::now() + given;
  }
  return context;
}

}  // namespace supply::tools
