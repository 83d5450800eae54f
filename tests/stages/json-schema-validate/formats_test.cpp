#include "formats.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weir::json_schema_validate {
namespace {

void expect(const char* name, const std::vector<std::string>& good,
            const std::vector<std::string>& bad) {
  const auto format = find_format(name);
  ASSERT_TRUE(format) << name;
  for (const std::string& text : good)
    EXPECT_TRUE(has_format(*format, text)) << name << " is " << text;
  for (const std::string& text : bad)
    EXPECT_FALSE(has_format(*format, text)) << name << " is not " << text;
}

TEST(Formats, DateTimeFollowsRfc3339) {
  expect("date-time",
         {"2021-11-26T06:22:19Z", "1963-06-19T08:30:06.283185Z", "1990-12-31T15:59:59-08:00",
          "2020-02-29t00:00:00z", "2000-02-29T00:00:00+00:00", "0000-01-01T00:00:00.1Z"},
         {"",
          "2021-11-26",
          "2021-11-26T06:22:19",
          "2021-11-26 06:22:19Z",
          "2021-13-01T00:00:00Z",
          "2021-02-29T00:00:00Z",
          "1900-02-29T00:00:00Z",
          "2021-04-31T00:00:00Z",
          "2021-00-01T00:00:00Z",
          "2021-01-00T00:00:00Z",
          "2021-11-26T24:00:00Z",
          "2021-11-26T06:60:19Z",
          "2021-11-26T06:22:19.Z",
          "2021-11-26T06:22:19+24:00",
          "2021-11-26T06:22:19+0800",
          "2021-11-26T06:22:19Z ",
          "21-11-26T06:22:19Z",
          "+2021-11-26T06:22:19Z",
          "2021-11-26T06:22Z",
          "２021-11-26T06:22:19Z"});
}

TEST(Formats, ALeapSecondIsTheLastOfADayInUtc) {
  expect("date-time",
         {"1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00", "1999-01-01T00:59:60+01:00"},
         {"1998-12-31T22:59:60Z", "1998-12-31T23:58:60Z", "1998-12-31T23:59:61Z",
          "1998-12-31T23:59:60-08:00"});
}

TEST(Formats, DateAndTime) {
  expect("date", {"2021-11-26", "2024-02-29"},
         {"2021-11-26Z", "2021-1-2", "2021-02-30", "2021/11/26"});
  expect("time", {"06:22:19Z", "23:59:60Z", "06:22:19.5+05:30"},
         {"06:22:19", "6:22:19Z", "24:00:00Z", "12:00:60Z"});
}

TEST(Formats, Email) {
  expect("email",
         {"test@gmail.com", "a.b+c@sub.example.org", "\"joe bloggs\"@example.com",
          "joe@[127.0.0.1]", "joe@[IPv6:::1]"},
         {"", "test", "@example.com", "a@", ".a@example.com", "a.@example.com", "a..b@example.com",
          "a b@example.com", "a@b@example.com", "a@-example.com", "joe@[1.2.3]",
          "\"joe@example.com", std::string(65, 'a') + "@example.com"});
}

TEST(Formats, Hostname) {
  expect("hostname",
         {"example.org", "a", "xn--bcher-kva.example", "1.2.3.4", std::string(63, 'a') + ".com"},
         {"", ".", "a..b", "-a.b", "a-.b", "a_b", "a.b.", std::string(64, 'a') + ".com",
          "bücher.example"});
}

TEST(Formats, Addresses) {
  expect("ipv4", {"192.0.2.1", "0.0.0.0"},
         {"", "192.0.2", "192.0.2.256", "192.0.2.01", "0x7f.0.0.1", " 192.0.2.1"});
  expect("ipv6", {"::1", "2001:db8::1", "::ffff:192.0.2.1"},
         {"", "1::2::3", "12345::", "::1%eth0", "[::1]"});
}

TEST(Formats, Uri) {
  expect("uri",
         {"http://example.org/a?b=c#d", "urn:isbn:0451450523", "mailto:a@example.org",
          "http://[2001:db8::1]:80/", "ftp://u:p@h/%41", "file:///etc", "a:", "http://a?x?y"},
         {"", "/relative", "//host/path", "http://a b", "http://a/%4", "1http://a", "http://a/<>",
          "http://a/ü", "http://[::1", "http://a#b#c"});
}

TEST(Formats, Uuid) {
  expect("uuid", {"123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"},
         {"", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400",
          "g23e4567-e89b-12d3-a456-426614174000"});
}

TEST(Formats, StayLinearOnLongTexts) {
  for (const char* name :
       {"date-time", "date", "time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid"}) {
    for (const char* piece : {"a", "1", ".", "@", ":", "%41", "/", "\"", "\\"}) {
      std::string text = "a:";
      while (text.size() < 1'000'000) text += piece;
      has_format(*find_format(name), text);
    }
  }
}

TEST(Formats, DoesNotKnowOthers) { EXPECT_FALSE(find_format("iri")); }

}  // namespace
}  // namespace weir::json_schema_validate
