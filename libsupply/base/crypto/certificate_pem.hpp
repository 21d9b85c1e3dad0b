// A certificate as text, in lines of 64 characters, as Go and OpenSSL write it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace supply::crypto {

/// "-----BEGIN CERTIFICATE-----" and so on. Source: RFC 7468, section 5.
std::string certificate_pem(std::string_view der);

}  // namespace supply::crypto
