#include "engine/pipeline/scalar.hpp"

#include <gtest/gtest.h>

namespace {

using weir::Kind;
using weir::type_plain_scalar;

void expect(std::string_view written, Kind kind, std::string_view json) {
  const weir::Typed typed = type_plain_scalar(written);
  EXPECT_EQ(typed.kind, kind) << written;
  EXPECT_EQ(typed.text, json) << written;
}

TEST(Scalar, FollowsTheCoreSchemaForNullAndBooleans) {
  for (const char* text : {"", "~", "null", "Null", "NULL"}) expect(text, Kind::null, "null");
  for (const char* text : {"true", "True", "TRUE"}) expect(text, Kind::boolean, "true");
  for (const char* text : {"false", "False", "FALSE"}) expect(text, Kind::boolean, "false");
}

TEST(Scalar, KeepsIntegersExactly) {
  expect("0", Kind::integer, "0");
  expect("+7", Kind::integer, "7");
  expect("-42", Kind::integer, "-42");
  expect("007", Kind::integer, "7");
  expect("0o17", Kind::integer, "15");
  expect("0xFf", Kind::integer, "255");
  expect("9223372036854775807", Kind::integer, "9223372036854775807");
  expect("-9223372036854775808", Kind::integer, "-9223372036854775808");
}

TEST(Scalar, WritesRealsAsJsonWithTheSameDigits) {
  expect("1.0", Kind::real, "1.0");
  expect("1.", Kind::real, "1.0");
  expect(".5", Kind::real, "0.5");
  expect("-00.25", Kind::real, "-0.25");
  expect("+1e3", Kind::real, "1e3");
  expect("6.02E+23", Kind::real, "6.02e+23");
  expect("0.1000000000000000055511151231257827", Kind::real,
         "0.1000000000000000055511151231257827");
}

TEST(Scalar, TakesWhatOnlyOldYamlKnewForTexts) {
  for (const char* text : {"yes",        "no",    "on",        "off",  "1_000", "0b1",  "190:20:30",
                           "2001-12-14", "1e",    "e3",        ".",    "-",     "0x",   "0o8",
                           "+",          "1.2.3", "127.0.0.1", "-0x1", "nULL",  "4MiB", "30s"}) {
    expect(text, Kind::text, text);
  }
}

TEST(Scalar, BreaksOnNumbersThatWouldBeChanged) {
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "0xFFFFFFFFFFFFFFFFF",
                           "1e999", "-1e999", "1e-999", ".inf", "-.Inf", "+.INF", ".nan", ".NaN"}) {
    EXPECT_EQ(type_plain_scalar(text).kind, Kind::broken) << text;
  }
}

}  // namespace
