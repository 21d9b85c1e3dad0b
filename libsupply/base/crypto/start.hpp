// What a program does before it uses this room. Called once, by main, before there are threads.
#pragma once

namespace supply::crypto {

/// OpenSSL reads no configuration: neither a file nor OPENSSL_CONF says which code checks signatures.
void start();

}  // namespace supply::crypto
