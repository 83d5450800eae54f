#include "database_error.hpp"

#include <gtest/gtest.h>

using namespace weir::pg_sink;

namespace {

TEST(PgSinkDatabaseError, WaitsForTheEnvironment) {
  for (const char* state :
       {"", "08006", "53100", "53300", "57014", "57P01", "57P03", "58030", "40001", "40P01",
        "25006", "55P03", "28P01", "28000", "3D000", "25P03"}) {
    EXPECT_EQ(cure_of(state), Cure::wait) << state;
  }
}

TEST(PgSinkDatabaseError, RejectsWhatAValueHasCaused) {
  for (const char* state :
       {"22003", "22021", "22P05", "23502", "23505", "21000", "54000", "P0001"}) {
    EXPECT_EQ(cure_of(state), Cure::reject) << state;
  }
}

TEST(PgSinkDatabaseError, StopsForAllElse) {
  for (const char* state :
       {"42P01", "42703", "42501", "42P10", "0A000", "XX000", "25P02", "55000", "P0002"}) {
    EXPECT_EQ(cure_of(state), Cure::stop) << state;
  }
}

}  // namespace
