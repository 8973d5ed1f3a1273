#include "eval/card.h"

namespace selfieseg::eval {
namespace {

constexpr CardRow kRegions[] = {
    {"Australia and New Zealand", 96.80, 96.03, 0.61, 0.84, 100},
    {"Central America", 96.85, 96.44, 0.70, 0.66, 100},
    {"Central Asia", 96.39, 95.85, 0.77, 0.79, 100},
    {"Caribbean", 96.18, 95.37, 0.78, 0.88, 100},
    {"Eastern Africa", 95.88, 95.78, 1.25, 1.00, 100},
    {"Eastern Asia", 97.59, 97.27, 0.48, 0.49, 100},
    {"Europe", 96.23, 96.18, 0.82, 0.68, 100},
    {"Middle Africa", 96.54, 96.21, 1.19, 1.21, 43},
    {"Northern Africa", 96.42, 95.97, 0.80, 0.90, 100},
    {"Northern America", 97.14, 96.61, 0.45, 0.56, 100},
    {"Melanesia + Micronesia + Polynesia", 96.00, 95.05, 1.00, 1.39, 51},
    {"Southern Africa", 96.02, 95.89, 1.15, 0.78, 100},
    {"South America", 95.71, 95.59, 1.17, 0.90, 100},
    {"Southern Asia", 96.65, 96.04, 0.56, 0.62, 100},
    {"Southeastern Asia", 96.91, 96.45, 0.58, 0.64, 100},
    {"Western Africa", 95.75, 94.71, 1.38, 1.57, 100},
    {"Western Asia", 97.18, 96.41, 0.58, 0.89, 100},
};

constexpr CardRow kSkinTones[] = {
    {"1", 96.74, 95.90, 0, 0, 5.03},  {"2", 96.71, 96.55, 0, 0, 15.82},
    {"3", 96.65, 96.21, 0, 0, 33.57}, {"4", 96.67, 95.97, 0, 0, 27.24},
    {"5", 96.28, 95.76, 0, 0, 13.31}, {"6", 95.64, 95.40, 0, 0, 5.03},
};

constexpr CardRow kGenders[] = {
    {"Female", 96.25, 95.77, 0, 0, 47.58},
    {"Male", 96.86, 96.37, 0, 0, 52.42},
};

}  // namespace

std::span<const CardRow> CardRegions() { return kRegions; }
std::span<const CardRow> CardSkinTones() { return kSkinTones; }
std::span<const CardRow> CardGenders() { return kGenders; }

CardResult CardGeneral() { return {96.48, 0.84, 1.11, 96.57, 96.57}; }
CardResult CardLandscape() { return {95.99, 0.87, 1.28, 96.08, 96.08}; }

}  // namespace selfieseg::eval
