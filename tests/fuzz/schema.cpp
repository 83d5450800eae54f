// A schema file's bytes: it is refused in words, or it gives each document the same verdict twice,
// once without the quick check, in bounded time. What is refused is never taken for something else.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "expect.hpp"
#include "validator.hpp"
#include "wording.hpp"

using namespace weir::json_schema_validate;
using weir::fuzz::expect;

namespace {

constexpr const char* documents[] = {
    "null",
    "0",
    "-1.5",
    "1e300",
    "\"\"",
    "\"2021-11-26T06:22:19Z\"",
    "[]",
    "[1,1.0,\"a\",null,[1]]",
    "{}",
    R"({"a":1,"b":{"a":{"a":[{"a":"x"},{"a":null}]}},"c":[[],{}],"":0,"a/b":1,"m~n":"é"})",
    R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}})"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const CompiledSchema schema(text, "fuzz.json");
    Validator validator(schema, {.steps = 5'000}), other(schema, {.steps = 5'000});
    const auto judge = [&](const std::string& document) {
      const auto refusal = validator.check(document);
      expect(refusal == other.check_fully(document),
             "two workers, one without the quick check, agree");
      expect(!refusal || find_invalid_utf8(refusal->reason) == std::string::npos,
             "a reason is UTF-8");
    };
    for (const char* document : documents) judge(document);
    judge(text);
  } catch (const std::runtime_error& error) {
    const std::string why = error.what();
    expect(why.starts_with("the schema fuzz.json cannot be used: "), "a refusal says which schema");
    expect(find_invalid_utf8(why) == std::string::npos, "a refusal is UTF-8");
  }
  return 0;
}
