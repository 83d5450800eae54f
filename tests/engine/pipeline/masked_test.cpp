// What the page shows of a pipeline file: enough to read it, nothing that is a secret.
#include "engine/pipeline/masked.hpp"
#include "fake_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::HasSubstr;
using testing::Not;

/// Of a document, its variables substituted as they are before it is shown.
std::string masked(const std::string& yaml, std::map<std::string, std::string> variables = {}) {
  const weir::Reading reading = weir::testing::read(
      "pipeline: p\nsource: {stage: queue-source, with: {brokers: b, topic: t}}\nsteps:\n  - "
      "stage: anything\n    with:\n      value:\n" +
          yaml + "\n",
      std::move(variables));
  EXPECT_TRUE(reading.spec) << yaml << weir::testing::findings(reading).front();
  const std::string shown = reading.spec ? reading.spec->shown : "";
  const std::size_t value = shown.find("      value:");
  return value == std::string::npos ? shown : shown.substr(value + 12);
}

TEST(Masked, ShowsTheRestAsItIsWritten) {
  EXPECT_EQ(
      masked("        a: 1\n        b: [x, 'y: z', \"${N:-5}\"] # why\n        c: ${COUNT:-10}\n"
             "        d: {}\n        e: []\n        f: &one {g: null}\n        h: *one\n"
             "        i: [[1, {j: 2}], '']\n        'k l': true\n",
             {{"COUNT", "77"}}),
      "\n        a: 1\n        b:\n          - x\n          - \"y: z\"\n          - "
      "\"${N:-5}\"\n        c: ${COUNT:-10}\n        d: {}\n        e: []\n        f:\n"
      "          g: null\n        h:\n          g: null\n        i:\n          - - 1\n"
      "            - j: 2\n          - \"\"\n        \"k l\": true\n");
}

TEST(Masked, ReadsAsTheSameDocumentAgain) {
  const std::string once = masked(
      "        a: [1, [2, {b: c, d: [e, {}]}]]\n        f: |\n          two\n          lines\n");
  EXPECT_EQ(masked(once.substr(1)), once);
}

TEST(Masked, NeverShowsASecret) {
  for (const char* yaml : {
           "password: hunter2",
           "Password: 'hunter2'",
           "db_PASS: hunter2",
           "\"sasl.password\": \"hunter2\"",
           "sasl.username: hunter2",
           "ssl.key.location: hunter2",
           "api-key: hunter2",
           "apiKey: hunter2",
           "token: hunter2 # hunter2",
           "x: 1 # the password is hunter2",
           "secret: |\n          line\n          hunter2",
           "secret: >-\n          folded\n          hunter2",
           "secret:\n          deep: { deeper: [a, hunter2] }",
           "credentials: [hunter2, hunter2]",
           "password: ${PW:-hunter2}",
           "x: ${DB_PASSWORD:-hunter2}",
           "x: ${A:-postgresql://u:hunter2@h/d}",
           "x: ${A:-host=h password=hunter2}",
           "password: 'a${PW}hunter2'",
           "password: $${hunter2}",
           "password: ${A}${B:-hunter2}",
           "dsn: postgresql://u:hunter2@host/db",
           "dsn: postgresql://u:p@ss/hunter2@host/db",
           "dsn: 'host=h user=u password=hunter2 dbname=d'",
           "dsn: \"host=h password = 'hunter2'\"",
           "url: https://h/x?sig=hunter2",
           "h: { name: Authorization, value: Bearer hunter2 }",
           "h: { value: hunter2, name: X-Api-Key }",
           "h: [{ key: sasl.password, with: { value: [hunter2] } }]",
           "h: 'Authorization: Basic hunter2'",
           "pem: \"-----BEGIN PRIVATE KEY-----\\nhunter2\"",
           "x: \"-----BEGIN PRIVATE KEY-----\\nhunter2\"",
           "password: 'hun''ter2'",
       }) {
    const std::string shown = masked("        " + std::string(yaml),
                                     {{"PW", "hunter2"}, {"A", "hunter2"}, {"B", "hunter2"}});
    EXPECT_THAT(shown, Not(HasSubstr("hunter2"))) << yaml;
    EXPECT_THAT(shown, Not(HasSubstr("ter2"))) << yaml;
  }
}

TEST(Masked, ShowsWhichVariableASecretComesFrom) {
  const std::map<std::string, std::string> set{{"PW", "hunter2"}, {"DSN", "hunter2"}};
  EXPECT_EQ(masked("        password: \"${PW}\"", set), "\n        password: \"${PW}\"\n");
  EXPECT_EQ(masked("        password: ${PW:-x}", set), "\n        password: \"${PW:-***}\"\n");
  EXPECT_EQ(masked("        dsn: postgresql://u:${PW}@h/d", set),
            "\n        dsn: \"***${PW}***\"\n");
  EXPECT_EQ(masked("        token: abc", set), "\n        token: \"***\"\n");
  EXPECT_EQ(masked("        token: ''", set), "\n        token: \"\"\n");
}

}  // namespace
