// A pipeline file's bytes: a spec or at least one diagnostic, never both, never none; the same each
// time; nothing of the file reaches a terminal unescaped.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "engine/pipeline/fake_catalog.hpp"
#include "expect.hpp"

using weir::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // Its content would be the machine's, not the input's.
  if (text.find("file:") != std::string::npos) return 0;

  const weir::Reading reading = weir::testing::read(text, {{"A", "1"}, {"B", "x: [y"}});
  expect(reading.spec.has_value() == reading.diagnostics.empty(), "a spec, or diagnostics");
  std::ostringstream printed;
  for (const weir::Diagnostic& diagnostic : reading.diagnostics) printed << diagnostic;
  const std::string shown = printed.str();
  const bool plain = std::none_of(shown.begin(), shown.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\n') || byte == 0x7F;
  });
  expect(plain, "diagnostics have no control characters");

  const weir::Reading again = weir::testing::read(text, {{"A", "1"}, {"B", "x: [y"}});
  expect(again.spec == reading.spec, "reading twice gives the same");
  expect(weir::testing::findings(again) == weir::testing::findings(reading), "and the same words");
  return 0;
}
