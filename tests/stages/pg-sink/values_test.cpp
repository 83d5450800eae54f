#include <gtest/gtest.h>

#include "cells.hpp"
#include "decimal.hpp"
#include "moment.hpp"
#include "raw_cells.hpp"

using namespace weir::pg_sink;

namespace {

std::optional<std::int64_t> integer(std::string_view number) {
  const auto decimal = Decimal::parse(number);
  return decimal ? decimal->as_integer() : std::nullopt;
}

TEST(PgSinkDecimal, ReadsIntegersInEveryWriting) {
  EXPECT_EQ(integer("0"), 0);
  EXPECT_EQ(integer("-0.0e5"), 0);
  EXPECT_EQ(integer("12e3"), 12'000);
  EXPECT_EQ(integer("1.5E+1"), 15);
  EXPECT_EQ(integer("1500e-2"), 15);
  EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(integer("0.5"), std::nullopt);
  EXPECT_EQ(integer("1e19"), std::nullopt);
  EXPECT_EQ(integer("1e999999999"), std::nullopt);
  EXPECT_EQ(integer("1e99999999999999999999"), std::nullopt);
  EXPECT_EQ(integer("0e99999999999999999999"), std::nullopt) << "nobody writes zero like this";
}

TEST(PgSinkDecimal, KnowsItsLastPlace) {
  EXPECT_EQ(Decimal::parse("0.250")->last_place(), 2);
  EXPECT_EQ(Decimal::parse("7")->last_place(), 0);
  EXPECT_EQ(Decimal::parse("300")->last_place(), -2);
  EXPECT_EQ(Decimal::parse("1e-20")->last_place(), 20);
}

struct Moment {
  MomentForm form;
  std::string postgres;
  bool operator==(const Moment&) const = default;
};

Moment read(std::string_view text, int digits = 6) {
  Moment moment;
  moment.form = read_moment(text, digits, moment.postgres);
  if (moment.form == MomentForm::none) moment.postgres.clear();
  return moment;
}

const Moment no_moment{MomentForm::none, ""};

TEST(PgSinkMoment, IsExactInTheFormThatReadingGivesBack) {
  EXPECT_EQ(read("2021-11-26T06:22:19Z"), (Moment{MomentForm::exact, "2021-11-26T06:22:19Z"}));
  EXPECT_EQ(read("2021-11-26T06:22:19.123456Z"),
            (Moment{MomentForm::exact, "2021-11-26T06:22:19.123456Z"}));
  EXPECT_EQ(read("2024-02-29T23:59:59.5Z"), (Moment{MomentForm::exact, "2024-02-29T23:59:59.5Z"}));
}

TEST(PgSinkMoment, IsOddInAnotherWriting) {
  EXPECT_EQ(read("2021-11-26T06:22:19.50Z").form, MomentForm::odd);
  EXPECT_EQ(read("2021-11-26T06:22:19.0Z").form, MomentForm::odd);
  EXPECT_EQ(read("2021-11-26T06:22:19.12Z", 1).form, MomentForm::odd);
  EXPECT_EQ(read("2021-11-26T06:22:19.1234567Z"),
            (Moment{MomentForm::odd, "2021-11-26T06:22:19.123456Z"}));
  EXPECT_EQ(read("2021-11-26t06:22:19z"), (Moment{MomentForm::odd, "2021-11-26t06:22:19Z"}));
  EXPECT_EQ(read("2021-11-26 06:22:19.5-11:30"),
            (Moment{MomentForm::odd, "2021-11-26 06:22:19.5-11:30"}));
  EXPECT_EQ(read("2016-12-31T23:59:60Z").form, MomentForm::odd);
}

TEST(PgSinkMoment, RefusesEverythingElse) {
  for (const char* text : {"",
                           "now",
                           "yesterday",
                           "infinity",
                           "2021-11-26",
                           "2021-11-26T06:22:19",
                           "2021-11-26T06:22Z",
                           "2021-11-26T06:22:19.Z",
                           "2021-13-01T00:00:00Z",
                           "2021-02-29T00:00:00Z",
                           "2021-00-10T00:00:00Z",
                           "2021-01-01T24:00:00Z",
                           "2021-01-01T00:60:00Z",
                           "2021-01-01T00:00:61Z",
                           "0000-01-01T00:00:00Z",
                           "2021-01-01T00:00:00+16:00",
                           "2021-01-01T00:00:00+01",
                           "-2021-01-01T00:00:00Z",
                           "2021-01-01T00:00:00Z ",
                           "2021-01-01T00:00:00ZZ",
                           "12021-01-01T00:00:00Z",
                           "2021-1-1T0:0:0Z",
                           "2021-01-01T00:00:00+0100"}) {
    EXPECT_EQ(read(text), no_moment) << text;
  }
}

TEST(PgSinkMoment, IsWrittenAsItWasRead) {
  std::string out;
  write_moment("2021-11-26 06:22:19.5+00", out);
  EXPECT_EQ(out, "2021-11-26T06:22:19.5Z");
  out.clear();
  write_moment("0044-03-15 12:00:00+00 BC", out);
  EXPECT_EQ(out, "0044-03-15 12:00:00+00 BC");
}

TEST(PgSinkCells, QuotesForAnArrayInsideOfALiteral) {
  Cells cells;
  const Cell first = cells.quoted(R"(it's "a" \ {,} NULL)");
  const Cell empty = cells.quoted("");
  EXPECT_EQ(cells[first], R"("it''s \"a\" \\ {,} NULL")");
  EXPECT_EQ(cells[empty], R"("")");
}

std::string element(const RawCells& cells, const RawCell& cell) {
  std::string sql;
  cells.append_element(cell, sql);
  return sql;
}

std::string field(const RawCells& cells, const RawCell& cell) {
  std::string rows;
  cells.append_field(cell, rows);
  return rows;
}

TEST(PgSinkRawCells, WriteAnElementOfAnArrayInsideOfALiteral) {
  RawCells cells;
  EXPECT_EQ(element(cells, cells.text(R"(it's "a" \ {,} NULL)")), R"("it''s \"a\" \\ {,} NULL")");
  EXPECT_EQ(element(cells, cells.add("it's {,}", RawCell::Form::plain)), R"("it''s {,}")");
  EXPECT_EQ(element(cells, cells.text("")), R"("")");
  EXPECT_EQ(element(cells, cells.bare(-7)), "-7");
  EXPECT_EQ(element(cells, RawCell{}), "NULL");
}

TEST(PgSinkRawCells, WriteAFieldOfCopysTextFormat) {
  RawCells cells;
  EXPECT_EQ(field(cells, cells.text("a\tb\nc\rd\\e\x01\x7f'\"")), "a\\tb\\nc\\rd\\\\e\x01\x7f'\"");
  EXPECT_EQ(field(cells, cells.text("\\N")), "\\\\N");
  EXPECT_EQ(field(cells, cells.text("\\.")), "\\\\.");
  EXPECT_EQ(field(cells, cells.add("it's", RawCell::Form::plain)), "it's");
  EXPECT_EQ(field(cells, cells.text("")), "");
  EXPECT_EQ(field(cells, cells.bare(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(field(cells, RawCell{}), "\\N");
}

}  // namespace
