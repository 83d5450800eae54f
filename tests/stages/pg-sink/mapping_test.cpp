#include "mapping.hpp"

#include <gmock/gmock.h>

using namespace weir::pg_sink;
using testing::HasSubstr;

namespace {

std::string refusal(const std::string& tables, const std::string& key = "/id") {
  try {
    Mapping::read(R"({"key": ")" + key + R"(", "tables": [)" + tables + "]}");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST(PgSinkMapping, ReadsWhatTheUserWrote) {
  const Mapping mapping = Mapping::read(R"({"key": "/id", "tables": [
    {"table": "lines", "each": "/a~1b/lines", "with": {"id": "/id"}, "ordinal": "n", "columns": {"town": "/address/town"}},
    {"table": "orders"}]})");
  const Mapping expected{
      .key = {"id"},
      .tables = {{.table = "orders"},
                 {.table = "lines",
                  .rows = TableMapping::Rows::elements,
                  .place = {"a/b", "lines"},
                  .with = {{"id", {"id"}}},
                  .columns = {{"town", {"address", "town"}}},
                  .ordinal = "n"}},
  };
  EXPECT_EQ(mapping, expected);
}

TEST(PgSinkMapping, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(refusal(R"({"table": "a"})", ""), HasSubstr("key: is empty"));
  EXPECT_THAT(refusal(R"({"table": "a"})", "id"), HasSubstr("does not start with /"));
  EXPECT_THAT(refusal(R"({"table": "a"})", "/i~2"), HasSubstr("~ is followed by neither 0 nor 1"));
  EXPECT_THAT(refusal(R"({"table": "a", "ordinal": "n"})"), HasSubstr("ordinal: needs each:"));
  EXPECT_THAT(refusal(R"({"table": "a", "columns": {"x": ""}})"),
              HasSubstr("column x needs a place"));
  EXPECT_THAT(refusal(R"({"table": "a", "with": {"x": "/x"}, "columns": {"x": "/y"}})"),
              HasSubstr("filled from two places"));
  EXPECT_THAT(refusal(R"({"table": "a"}, {"table": "b"})"),
              HasSubstr("only the root table has neither"));
  EXPECT_THAT(refusal(R"({"table": "a"}, {"table": "b", "from": "/x", "with": {"id": "/other"}})"),
              HasSubstr("add with:"));
  EXPECT_EQ(refusal(R"({"table": "a"}, {"table": "b", "from": "/x", "with": {"id": "/id"}})"),
            "none");
}

}  // namespace
