#include "words.hpp"

#include <array>

namespace weir::generate_source::words {
namespace {

using namespace std::string_view_literals;

// Some are not ASCII, as real ones are not.
constexpr std::array first_names_{"Anna"sv,   "Ben"sv,   "Chiara"sv, "Dmitri"sv, "Elif"sv,
                                  "Faisal"sv, "Grace"sv, "Hiro"sv,   "Inês"sv,   "Jonas"sv,
                                  "Katya"sv,  "Léa"sv,   "Marek"sv,  "Noor"sv,   "Óscar"sv,
                                  "Priya"sv,  "Rosa"sv,  "Søren"sv,  "Tamar"sv,  "Żaneta"sv};
constexpr std::array last_names_{"Abbott"sv,   "Berg"sv,   "Costa"sv,  "Dubois"sv, "Eriksen"sv,
                                 "Fischer"sv,  "García"sv, "Haddad"sv, "Ivanov"sv, "Jansen"sv,
                                 "Kowalski"sv, "Levi"sv,   "Müller"sv, "Nowak"sv,  "O'Neill"sv,
                                 "Petrov"sv,   "Rossi"sv,  "Sato"sv,   "Testov"sv, "Yılmaz"sv};
constexpr std::array cities_{"Kiryat Mozkin"sv, "Haifa"sv,  "Lisbon"sv,   "Gdańsk"sv,
                             "Lyon"sv,          "Osaka"sv,  "Leeds"sv,    "Kazan"sv,
                             "Porto"sv,         "Zürich"sv, "Valencia"sv, "Tartu"sv,
                             "İzmir"sv,         "Malmö"sv,  "Ghent"sv,    "Kutaisi"sv};
constexpr std::array regions_{"Kraiot"sv,   "Galilee"sv, "Lisboa"sv,    "Pomerania"sv,
                              "Rhône"sv,    "Kansai"sv,  "Yorkshire"sv, "Tatarstan"sv,
                              "Flanders"sv, "Skåne"sv,   "Imereti"sv,   "Aegean"sv};
constexpr std::array streets_{"Ploshad Mira"sv,   "High Street"sv, "Rua do Ouro"sv, "Długa"sv,
                              "Rue de la Paix"sv, "Hauptstraße"sv, "Via Roma"sv,    "Herzl"sv,
                              "Station Road"sv,   "Calle Mayor"sv};
constexpr std::array products_{"Mascaras"sv, "Lipstick"sv,  "Raincoat"sv, "Kettle"sv,
                               "Backpack"sv, "Desk lamp"sv, "Notebook"sv, "Sneakers"sv,
                               "Scarf"sv,    "Chess set"sv, "Umbrella"sv, "Tea \"Earl\""sv};
constexpr std::array brands_{"Vivienne Sabo"sv, "Northwind"sv, "Acme"sv,   "Häuser & Co"sv,
                             "Kashira"sv,       "Lumen"sv,     "Oak/Ash"sv};

}  // namespace

std::span<const std::string_view> first_names() { return first_names_; }
std::span<const std::string_view> last_names() { return last_names_; }
std::span<const std::string_view> cities() { return cities_; }
std::span<const std::string_view> regions() { return regions_; }
std::span<const std::string_view> streets() { return streets_; }
std::span<const std::string_view> products() { return products_; }
std::span<const std::string_view> brands() { return brands_; }

}  // namespace weir::generate_source::words
