#include "libsupply/content/secrets/secrets.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::secrets;

namespace {

// Tokens are put together here so that no scanner of this repository takes them for real ones.
std::string repeated(char c, std::size_t n) { return std::string(n, c); }
const std::string kGithub = "ghp" + ("_" + repeated('a', 36));
const std::string kAws = "AKIA" + std::string("IOSFODNN7EXAMPLE");  // the example of AWS's own documentation
// The example of RFC 7519, section 3.1 (its signature shortened).
const std::string kJwt =
    std::string("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.") +
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const std::string kPem = "-----BEGIN OPENSSH " + std::string("PRIVATE KEY-----\nabc\n");

}  // namespace

TEST_CASE("names that hold credentials are known by their words") {
  for (const auto* name : {"DB_PASSWORD",
                           "POSTGRES_PASSWORD",
                           "MYSQL_ROOT_PASSWORD",
                           "PGPASSWORD",
                           "GITHUB_TOKEN",
                           "API_KEY",
                           "apiKey",
                           "STRIPE_API_KEY",
                           "AWS_SECRET_ACCESS_KEY",
                           "SECRET_KEY_BASE",
                           "JWT_SECRET",
                           "mySecretValue",
                           "DB_PASS",
                           "DB_PWD",
                           "PRIVATE_KEY",
                           "ENCRYPTION_KEY",
                           "NPM_TOKEN",
                           "auth-token",
                           "com.example.token",
                           "APP_KEY",
                           "HASH_SALT",
                           "GITHUB_PAT",
                           "TOTP_SEED",
                           "RABBITMQ_ERLANG_COOKIE",
                           "SNMP_COMMUNITY",
                           "CREDENTIALS"}) {
    INFO(name);
    CHECK(secret_name(name));
  }
}

TEST_CASE("names that only speak of credentials are none") {
  for (const auto* name : {"POSTGRES_PASSWORD_FILE",
                           "TOKEN_URL",
                           "SECRET_NAME",
                           "PASSWORD_MIN_LENGTH",
                           "GPG_KEY",
                           "NGINX_GPG_KEY",
                           "GPG_KEYS",
                           "PYTHON_SHA256",
                           "SSH_PUBLIC_KEY",
                           "AWS_ACCESS_KEY_ID",
                           "PATH",
                           "LANG",
                           "PWD",
                           "OLDPWD",
                           "KEY",
                           "KEYRING",
                           "TOKENIZERS_PARALLELISM",
                           "CACHE_KEY",
                           "PYTHON_VERSION",
                           "MONKEY",
                           "BYPASS",
                           "COMPASS",
                           "KEYCLOAK_HOST",
                           "TOKEN_TTL",
                           "STRIPE_PUBLISHABLE_KEY",
                           "RECAPTCHA_SITE_KEY",
                           "PASSWORD_STDIN",
                           "RANDOM_SEED",
                           "SALT_ROUNDS",
                           ""}) {
    INFO(name);
    CHECK_FALSE(secret_name(name));
  }
}

TEST_CASE("tokens are known by their shape wherever they stand") {
  CHECK(secret_shape(kGithub) == "github token");
  CHECK(secret_shape("x github_pat" + ("_" + repeated('A', 60))) == "github token");
  CHECK(secret_shape(kAws) == "aws access key");
  CHECK(secret_shape("bot=xoxb" + ("-" + repeated('1', 20))) == "slack token");
  CHECK(secret_shape(kJwt) == "json web token");
  CHECK(secret_shape(kPem) == "private key");
  CHECK(secret_shape("glpat" + ("-" + repeated('z', 20))) == "gitlab token");
  CHECK(secret_shape("postgresql://app:hunter2@db:5432/x") == "password in a url");
  CHECK(secret_shape("redis://:hunter2@cache") == "password in a url");
  CHECK(secret_shape("app:hunter2@tcp(db:3306)/app") == "password in a url");
  CHECK(secret_shape("https://" + repeated('a', 32) + "@errors.example/3") == "key in a url");
  CHECK(secret_shape("dop" + ("_v1_" + repeated('0', 64))) == "service's token");
  CHECK(secret_shape("sk" + ("-proj-" + repeated('x', 40))) == "service's token");
  CHECK(secret_shape("12345678" + (":AA" + repeated('x', 33))) == "service's token");
}

TEST_CASE("what only resembles a token is none") {
  for (const auto* text :
       {"https://example.org:8080/a@b", "postgresql://app@db/x", "postgresql://app:$PASSWORD@db/x",
        "postgresql://app:${PASSWORD}@db", "https://user:***@host", "-----BEGIN PUBLIC KEY-----", "ghp_short",
        "-----BEGIN CERTIFICATE-----", "0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D", "", "eyJ", "git@github.com:o/r",
        "app@tcp(db:3306)/app", "app:$PASSWORD@tcp(db:3306)/app", "https://someone@errors.example/3"}) {
    INFO(text);
    CHECK_FALSE(secret_shape(text).has_value());
  }
}

TEST_CASE("a telling name needs a telling value") {
  CHECK(secret_variable("DB_PASSWORD", "hunter2") == "named like a secret");
  CHECK(secret_variable("DATABASE", "mysql://u:p4ss@db") == "password in a url");
  for (const auto* value : {"", "  ", "\"\"", "/run/secrets/db", "/etc/ssl/private/key.pem", "${DB_PASSWORD}", "$X",
                            "$(cat x)", "true", "false", "none", "***", "[MASKED]", "'$X'"}) {
    INFO(value);
    CHECK_FALSE(secret_variable("DB_PASSWORD", value).has_value());
  }
  CHECK(secret_variable("TWILIO_AUTH", repeated('0', 32)) == "named like a secret");
  CHECK_FALSE(secret_variable("TWILIO_AUTH", "oauth").has_value());
  CHECK_FALSE(secret_variable("MAX_TOKEN", "512").has_value());
  // The python images' own variable: a fingerprint that everybody may know.
  CHECK_FALSE(secret_variable("GPG_KEY", "7169605F62C751356D054A26A821E680E5FA6305").has_value());
  CHECK(secret_variable("API_KEY", "7169605F62C751356D054A26A821E680E5FA6305").has_value());
}

TEST_CASE("a password may begin as a template does, and a hash says its scheme") {
  for (const char* value : {"{noop}hunter2", "{PLAIN}hunter2", "<Str0ng!", "[x9!kdfj", "{x9!kdfj"})
    CHECK(secret_variable("DB_PASSWORD", value) != std::nullopt);
  for (const char* value : {"{", "[", "<password>", "[password]", "{password}", "{{ password }}", "{SSHA}5en6G6MezRro",
                            "{bcrypt}$2a$10$x", "{SHA512-CRYPT}$6$x", "{ARGON2ID}$argon2id$x"})
    CHECK(secret_variable("DB_PASSWORD", value) == std::nullopt);
}

TEST_CASE("a password may begin as a reference does, and a reference is one to its end") {
  for (const char* value : {"env:hunter2", "env:", "@/hunter2", "@/", "%{hunter2", "env(hunter2", "!secret!",
                            "!envious1", "process.environment1", "os.getaway1", "ENV[hunter2", "from-filehunter2"})
    CHECK(secret_variable("DB_PASSWORD", value) != std::nullopt);
  for (const char* value : {"env:DB_PASSWORD",
                            "env://DB_PASSWORD",
                            "env:db_password",
                            "%{DB_PASSWORD}",
                            "env(DB_PASSWORD)",
                            "ENV['DB_PASSWORD']",
                            "ENV[\"DB_PASSWORD\"]",
                            "os.environ['DB_PASSWORD']",
                            "os.environ.get('DB_PASSWORD')",
                            "os.getenv('DB_PASSWORD')",
                            "process.env.DB_PASSWORD",
                            "process.env['DB_PASSWORD']",
                            "System.getenv(\"DB_PASSWORD\")",
                            "!vault |",
                            "!secret db_password",
                            "!ENV DB_PASSWORD",
                            "@/run/secrets/db",
                            "@/srv/db/password",
                            "from-file",
                            "from-file:/run/secrets/db"})
    CHECK(secret_variable("DB_PASSWORD", value) == std::nullopt);
}

TEST_CASE("masking takes the credential and leaves the rest") {
  CHECK(masked("https://user:hunter2@host/x and redis://:pw@c") == "https://user:***@host/x and redis://:***@c");
  CHECK(masked("a " + kGithub + " b " + kGithub) == "a *** b ***");
  CHECK(masked("k=" + kPem).find("abc") == std::string::npos);
  CHECK(masked("nothing here") == "nothing here");
  CHECK(masked("").empty());
}

TEST_CASE("environment, labels and history are all looked through, each secret once") {
  oci::Config config;
  config.env = {"PATH=/bin",
                "DB_PASSWORD=hunter2",
                "GH=" + kGithub,
                "REDIS=redis://:pw@c",
                "DB_PASSWORD_FILE=/run/secrets/x",
                "GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
                kAws};
  config.labels = {{"org.example.token", "abc123"}, {"org.opencontainers.image.source", "https://github.com/o/r"}};
  config.history = {{"/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2", "", true},
                    {"RUN |2 NPM_TOKEN=abcdef VERSION=1 /bin/sh -c npm ci # buildkit", "", false},
                    {"RUN /bin/sh -c echo 'SECRET_KEY=abc' > .env", "", false},
                    {"RUN /bin/sh -c curl -H 'x: " + kJwt + "' https://h", "", false},
                    {"ARG API_TOKEN", "", true},
                    {"RUN /bin/sh -c TOKEN=$(cat /run/secrets/t) make", "", false}};
  const std::vector<Secret> expected = {{Where::env, 1, "DB_PASSWORD", "named like a secret"},
                                        {Where::env, 2, "GH", "github token"},
                                        {Where::env, 3, "REDIS", "password in a url"},
                                        {Where::env, 6, "", "aws access key"},
                                        {Where::label, 0, "org.example.token", "named like a secret"},
                                        {Where::history, 0, "DB_PASSWORD", "named like a secret"},
                                        {Where::history, 1, "NPM_TOKEN", "named like a secret"},
                                        {Where::history, 2, "SECRET_KEY", "named like a secret"},
                                        {Where::history, 3, "", "json web token"}};
  CHECK(find(config) == expected);
}

TEST_CASE("findings name the variable and never its value") {
  oci::Config config;
  config.env = {"DB_PASSWORD=hunter2", "GH=" + kGithub, kAws + "=1"};
  const auto out = findings(config, "registry.example/app");
  REQUIRE(out.size() == 3);
  for (const Finding& finding : out) {
    CHECK(finding.severity == Severity::error);
    CHECK(finding.rule == "secrets/env");
    CHECK(finding.place.uri == "registry.example/app");
    const std::string all = finding.subject + finding.expected + finding.found + finding.remedy;
    CHECK(all.find("hunter2") == std::string::npos);
    CHECK(all.find(kGithub) == std::string::npos);
    CHECK(all.find(kAws) == std::string::npos);
  }
  CHECK(out[0].subject == "DB_PASSWORD");
  CHECK(out[0].found == "env[0]: \"DB_PASSWORD\": named like a secret");
}

TEST_CASE("a clean configuration has no secrets") {
  oci::Config config;
  config.env = {"PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8", "PYTHON_VERSION=3.12.1",
                "PYTHON_SHA256=8dfb8f426fcd226657f9e2bd5f1e96e53264965176fa17d32658e873591aeb21"};
  CHECK(find(config).empty());
  CHECK(findings(config, "x").empty());
}
