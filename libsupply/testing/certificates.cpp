#include "libsupply/testing/certificates.hpp"

#include "libsupply/testing/child.hpp"

namespace supply::testing {

Authority::Authority(const std::string& name) {
  run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
       "-subj", "/CN=" + name, "-addext", "basicConstraints=critical,CA:TRUE", "-keyout",
       (directory_ / "ca.key").string(), "-out", file()});
}

Authority::Certificate Authority::issue(const std::string& subject, const std::string& names, int days) {
  const std::string stem = (directory_ / subject).string();
  write(stem + ".ext", "subjectAltName=" + names + "\nextendedKeyUsage=serverAuth,clientAuth\n");
  run({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
       "/CN=" + subject, "-keyout", stem + ".key", "-out", stem + ".csr"});
  run({"openssl", "x509", "-req", "-in", stem + ".csr", "-CA", file(), "-CAkey", (directory_ / "ca.key").string(),
       "-CAcreateserial", "-days", std::to_string(days), "-extfile", stem + ".ext", "-out", stem + ".pem"});
  return {stem + ".pem", stem + ".key"};
}

}  // namespace supply::testing
