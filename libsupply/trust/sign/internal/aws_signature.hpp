// How requests to AWS are signed. Pure; any thread. Source: AWS documentation, "Signature Version 4 signing process".
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/time/time.hpp"

namespace supply::sign::internal {

struct AwsCredentials {
  std::string key_id, secret, session_token;  ///< without a session: ""
};

struct AwsRequest {
  std::string method = "POST", path = "/", query = {}, body = {};
  std::vector<std::pair<std::string, std::string>>
      headers;  ///< names in lower case, in their order; host and x-amz-date too
};

/// "20150830T123600Z"
std::string aws_date(Time time);
/// The value of the Authorization header.
std::string aws_authorization(const AwsRequest& request, const AwsCredentials& credentials, const std::string& date,
                              const std::string& region, const std::string& service);

}  // namespace supply::sign::internal
