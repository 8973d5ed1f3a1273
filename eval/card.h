// The published model card's own tables, as data: "MediaPipe Selfie Segmentation", Google, May
// 2021. IoU of person in per cent.
#pragma once

#include <span>

namespace selfieseg::eval {

struct CardRow {
  const char* group;
  double general, landscape;
  double general_ci95, landscape_ci95;  // half the interval's width; 0: the card has none
  double share;                         // of the pictures: their number, or per cent of the set
};

std::span<const CardRow> CardRegions();    // share: number of pictures
std::span<const CardRow> CardSkinTones();  // Fitzpatrick's types; share: per cent
std::span<const CardRow> CardGenders();    // perceived; share: per cent

// What the card prints below its tables, for one network.
struct CardResult {
  double region_average, region_ci95, greatest_deviation;
  double skin_tone_average, gender_average;
};
CardResult CardGeneral();
CardResult CardLandscape();

}  // namespace selfieseg::eval
