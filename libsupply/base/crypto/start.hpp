// What a program does before it uses this room. Called once, by main, before there are threads.
#pragma once

namespace supply::crypto {

/// OpenSSL reads no configuration: neither a file nor OPENSSL_CONF says which code checks signatures. Its random
/// numbers are the kernel's (getrandom): its own generator is seeded from there, and takes longer to start than a
/// signature takes to verify, which wants a random number where the curve is P-384. At the end it leaves its memory to
/// the kernel.
void start();

}  // namespace supply::crypto
