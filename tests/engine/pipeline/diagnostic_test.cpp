#include "engine/pipeline/diagnostic.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

std::string print(const weir::Diagnostic& diagnostic) {
  std::ostringstream out;
  out << diagnostic;
  return out.str();
}

weir::Diagnostic unknown_key() {
  return {.severity = weir::Severity::error,
          .code = "unknown-key",
          .message = "`topics` is not known",
          .file = "orders.yaml",
          .line = 12,
          .column = 5,
          .width = 6,
          .source_line = "    topics: orders",
          .help = "did you mean `topic`?"};
}

TEST(Diagnostic, IsPrintedAsACompilerDoes) {
  EXPECT_EQ(print(unknown_key()),
            "error[unknown-key]: `topics` is not known\n"
            "  --> orders.yaml:12:5\n"
            "   |\n"
            "12 |     topics: orders\n"
            "   |     ^^^^^^\n"
            "   = help: did you mean `topic`?\n");
}

TEST(Diagnostic, OfAWholeFileShowsNoLine) {
  weir::Diagnostic diagnostic = unknown_key();
  diagnostic.line = diagnostic.column = 0;
  diagnostic.help.clear();
  EXPECT_EQ(print(diagnostic), "error[unknown-key]: `topics` is not known\n--> orders.yaml\n");
}

TEST(Diagnostic, EscapesWhatCouldActOnATerminal) {
  weir::Diagnostic diagnostic = unknown_key();
  diagnostic.message = "bad \x1b[2J\n name";
  diagnostic.source_line = "\t\x1b]0;x\x07 \xE2\x80\xAE \xFF";
  diagnostic.column = 2;
  diagnostic.width = 1;
  diagnostic.help = "a\rb";
  EXPECT_EQ(print(diagnostic),
            "error[unknown-key]: bad \\x1b[2J\\x0a name\n"
            "  --> orders.yaml:12:2\n"
            "   |\n"
            "12 | \\t\\x1b]0;x\\x07 \\u{202e} \\xff\n"
            "   |   ^^^^\n"
            "   = help: a\\x0db\n");
}

TEST(Diagnostic, PutsTheCaretUnderTheCharacterWhereBytesAreMore) {
  weir::Diagnostic diagnostic = unknown_key();
  diagnostic.source_line = "größe: süß";
  diagnostic.column = 10;  // of "süß", in bytes
  diagnostic.width = 5;
  EXPECT_NE(print(diagnostic).find("12 | größe: süß\n   |        ^^^\n"), std::string::npos)
      << print(diagnostic);
}

TEST(Diagnostic, ShowsOnlyTheNeighbourhoodInALongLine) {
  weir::Diagnostic diagnostic = unknown_key();
  diagnostic.source_line = std::string(2000, 'a') + "KEY" + std::string(2000, 'b');
  diagnostic.column = 2001;
  diagnostic.width = 3;
  const std::string text = print(diagnostic);
  EXPECT_LT(text.size(), 600U);
  EXPECT_NE(text.find("aaaKEYbbb"), std::string::npos);
  EXPECT_NE(text.find(" ^^^\n"), std::string::npos);
}

TEST(Diagnostic, SurvivesAPlaceBeyondItsLine) {
  weir::Diagnostic diagnostic = unknown_key();
  diagnostic.column = 100'000;
  diagnostic.width = 100'000;
  EXPECT_NE(print(diagnostic).find('^'), std::string::npos);
}

}  // namespace
